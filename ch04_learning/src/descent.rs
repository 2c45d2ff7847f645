//! Gradient descent: look at the slope, take a step down, again.

use common::Result;
use common::plot::{Area, Drawn, LineChart, Scale, Series, Stroke, arrow, draw_contours, height};
use common::program::Figures;
use ndarray::{Array1, array};

use crate::gradient::gradient;
use crate::gradient_field::bowl;
use crate::numerical_diff::H;

// ANCHOR: descent
/// All places on the way from `start`, `steps` + 1 of them: x ← x − rate·∇f(x).
pub fn descend(
    f: impl Fn(&Array1<f64>) -> f64,
    start: Array1<f64>,
    rate: f64,
    steps: usize,
) -> Vec<Array1<f64>> {
    let mut path = vec![start];
    for step in 0..steps {
        let x = &path[step];
        path.push(x - rate * gradient(&f, x));
    }
    path
}
// ANCHOR_END: descent

/// Where all descents begin.
pub const START: [f64; 2] = [-3.0, 4.0];
/// How many steps they take.
pub const STEPS: usize = 100;
/// The learning rates: one that works, one too large, one too small.
pub const RATES: [f64; 3] = [0.1, 10.0, 1e-10];

/// The descent into the bowl with the given rate.
pub fn path(rate: f64) -> Vec<Array1<f64>> {
    descend(bowl, Array1::from(START.to_vec()), rate, STEPS)
}

/// Prints where the three descents end and draws them.
///
/// # Errors
/// If a figure cannot be written.
pub fn run(figures: &Figures) -> Result<()> {
    println!("down f = x₀² + x₁² from ({}, {}), {STEPS} steps", START[0], START[1]);
    for rate in RATES {
        let path = path(rate);
        println!("rate {rate:?}");
        for step in [1, 2, 10, STEPS] {
            println!("  step {step:>3}: {}", shown(&path[step]));
        }
    }
    let runaway = path(10.0);
    let far = runaway.windows(2).position(|pair| pair[0] == pair[1]);
    if let Some(step) = far {
        let x = runaway[step][0];
        println!("with rate 10 nothing moves after step {step}: x₀ is {x:.2e} by then, where");
        println!("  (x₀ + 1e-4) − x₀ = {} in f64, and every slope comes out as 0", x + H - x);
    }
    figures.draw("descent.png", (760, 270), draw_paths)?;
    figures.draw("descent-distance.png", (700, 400), |area| distances().draw(area))
}

fn shown(x: &Array1<f64>) -> String {
    let number = |x: f64| {
        let plain = (1e-3..1e4).contains(&x.abs());
        if plain { format!("{x:.8}") } else { format!("{x:.2e}") }
    };
    format!("({}, {})", number(x[0]), number(x[1]))
}

/// The three paths over the bowl's contours, side by side.
fn draw_paths(area: &Area<'_>) -> Drawn {
    let titles = ["rate 0.1: it arrives", "rate 10: it is thrown out", "rate 1e-10: it stays"];
    for ((panel, title), rate) in area.split_evenly((1, 3)).iter().zip(titles).zip(RATES) {
        let path: Vec<_> = path(rate).iter().map(|x| (x[0], x[1])).collect();
        let shown: Vec<_> = path.iter().copied().filter(|p| inside(*p)).collect();
        LineChart {
            title: title.to_string(),
            x_label: "x₀".to_string(),
            y_label: "x₁".to_string(),
            series: vec![
                Series::line("", 1, shown.clone()).width(1.4),
                Series::line("", 1, shown).stroke(Stroke::Dots).width(2.8),
            ],
            x_range: Some(-SIDE..SIDE),
            y_range: Some(-SIDE..SIDE),
            equal: true,
            ..LineChart::default()
        }
        .draw_over(panel, |chart| {
            for radius in 1..=6 {
                let level = f64::from(radius * radius);
                let color = height(0.25 + f64::from(radius) / 8.0);
                draw_contours(chart, |x, y| bowl(&array![x, y]), [level], color)?;
            }
            if !inside(path[1]) {
                arrow(chart, path[0], to_the_frame(path[0], path[1]), ORANGE, 1.6)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

const SIDE: f64 = 5.0;
const ORANGE: plotters::style::RGBColor = common::plot::PALETTE[1];

fn inside((x, y): (f64, f64)) -> bool {
    x.abs() <= SIDE && y.abs() <= SIDE
}

/// Where a line from inside the frame leaves it.
fn to_the_frame((x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> (f64, f64) {
    let part = |from: f64, to: f64| (SIDE * (to - from).signum() - from) / (to - from);
    let part = part(x0, x1).min(part(y0, y1));
    (x0 + part * (x1 - x0), y0 + part * (y1 - y0))
}

/// How far from the bottom each descent is after each step.
fn distances() -> LineChart {
    let distance = |rate| {
        (0..)
            .map(f64::from)
            .zip(path(rate).into_iter().map(|x| bowl(&x).sqrt()))
            .collect::<Vec<_>>()
    };
    LineChart {
        title: "Distance from the lowest point".to_string(),
        x_label: "step".to_string(),
        y_label: "distance".to_string(),
        series: vec![
            Series::line("rate 0.1", 0, distance(0.1)).width(2.5),
            Series::line("rate 10", 1, distance(10.0)).stroke(Stroke::Dashed).width(2.5),
            Series::line("rate 1e-10", 2, distance(1e-10)).stroke(Stroke::Dotted).width(2.5),
        ],
        y_scale: Scale::Log,
        ..LineChart::default()
    }
}
