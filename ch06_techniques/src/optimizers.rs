//! Six ways down a long, flat valley.

use common::Result;
use common::layer::Param;
use common::optimizer::{AdaGrad, Adam, Momentum, Nesterov, Optimizer, RmsProp, Sgd};
use common::plot::{Area, Drawn, Panels, Series, Stroke, draw_contours, draw_line};
use common::program::Figures;
use ndarray::arr1;
use plotters::style::RGBColor;

/// Where all begin.
pub const START: [f64; 2] = [-7.0, 2.0];
/// How many steps each takes.
pub const STEPS: usize = 30;
/// Contour lines, well behind the paths.
const LINES: RGBColor = RGBColor(170, 175, 185);

// ANCHOR: valley
/// f(x, y) = x²/20 + y²: twenty times as steep in y as in x.
pub fn valley([x, y]: [f64; 2]) -> f64 {
    x * x / 20.0 + y * y
}

/// ∇f = (x/10, 2y).
pub fn slope([x, y]: [f64; 2]) -> [f64; 2] {
    [x / 10.0, 2.0 * y]
}
// ANCHOR_END: valley

/// The rules, in the order of the book, with the learning rates that suit them.
pub fn rules() -> Vec<(&'static str, Box<dyn Optimizer<f64>>)> {
    vec![
        ("SGD, η = 0.95", Box::new(Sgd { learning_rate: 0.95 })),
        ("Momentum, η = 0.1", Box::new(Momentum::new(0.1))),
        ("Nesterov, η = 0.1", Box::new(Nesterov::new(0.1))),
        ("AdaGrad, η = 1.5", Box::new(AdaGrad::new(1.5))),
        ("RMSprop, η = 0.1", Box::new(RmsProp::new(0.1))),
        ("Adam, η = 0.3", Box::new(Adam::new(0.3))),
    ]
}

// ANCHOR: path
/// Where the rule goes: the start and the place after each of [`STEPS`] steps.
pub fn path(optimizer: &mut dyn Optimizer<f64>) -> Vec<[f64; 2]> {
    let mut place = START;
    let mut path = vec![place];
    for _ in 0..STEPS {
        let (mut value, mut grad) = (arr1(&place), arr1(&slope(place)));
        optimizer.update(vec![Param::new("W", &mut value, &mut grad)]);
        place = [value[0], value[1]];
        path.push(place);
    }
    path
}
// ANCHOR_END: path

/// Prints where each rule arrives and draws the paths.
///
/// # Errors
/// If the figure cannot be written.
pub fn run(figures: &Figures) -> Result<()> {
    println!("f(x, y) = x²/20 + y² from ({}, {}), {STEPS} steps", START[0], START[1]);
    println!("{:<20}{:>9}{:>9}{:>12}", "", "x", "y", "f(x, y)");
    let mut paths = Vec::new();
    for (name, mut rule) in rules() {
        let path = path(&mut *rule);
        let end = path[STEPS];
        println!("{name:<20}{:>9.4}{:>9.4}{:>12.6}", end[0], end[1], valley(end));
        paths.push((name, path));
    }
    figures.draw("optimizers.png", (760, 480), |area| draw(&paths, area))
}

fn draw(paths: &[(&str, Vec<[f64; 2]>)], area: &Area<'_>) -> Drawn {
    let panels = Panels {
        title: "Thirty steps down x²/20 + y²".to_string(),
        names: paths.iter().map(|(name, _)| name.to_string()).collect(),
        columns: 3,
        x_label: "x".to_string(),
        y_label: "y".to_string(),
        x_range: -8.0..4.0,
        y_range: -3.0..3.0,
        ticks: (5, 5),
        legend: Vec::new(),
    };
    panels.draw(area, |i, chart| {
        let levels = [0.1, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0];
        draw_contours(chart, |x, y| valley([x, y]), levels, LINES)?;
        let places = || paths[i].1.iter().map(|&[x, y]| (x, y));
        draw_line(chart, &Series::line("", 1, places()).width(1.6))?;
        let dots = Series::line("", 1, places()).stroke(Stroke::Dots).width(2.2);
        draw_line(chart, &dots)?;
        let goal = Series::line("", 0, [(0.0, 0.0)]).stroke(Stroke::Dots).width(3.5);
        draw_line(chart, &goal)
    })
}
