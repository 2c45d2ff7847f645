//! The gradient of a bowl: where it points, and what the bowl looks like.

use common::Result;
use common::number::short;
use common::plot::{
    Align, Area, Drawn, INK, LineChart, PALETTE, arrow, draw_contours, height, label, points, text,
};
use common::program::Figures;
use ndarray::{Array1, array};
use plotters::prelude::*;

use crate::gradient::gradient;
use crate::surface_figure::Surface;

// ANCHOR: bowl
/// x₀² + x₁², lowest at (0, 0).
pub fn bowl(x: &Array1<f64>) -> f64 {
    x[0] * x[0] + x[1] * x[1]
}
// ANCHOR_END: bowl

/// Where the gradient is printed, and marked in the figure.
pub const PLACES: [[f64; 2]; 3] = [[3.0, 4.0], [0.0, 2.0], [3.0, 0.0]];

/// How long an arrow is drawn for a gradient of length 1.
const ARROW: f64 = 0.05;
/// Contours, a shade darker than the grid.
const RINGS: RGBColor = RGBColor(170, 185, 205);
/// Half the side of what is shown.
const SIDE: f64 = 4.6;

/// Prints the gradient at three places; draws the field of −∇f and the surface.
///
/// # Errors
/// If a figure cannot be written.
pub fn run(figures: &Figures) -> Result<()> {
    println!("f(x₀, x₁) = x₀² + x₁², by central differences with h = 1e-4");
    for [x0, x1] in PLACES {
        let slope = gradient(bowl, &array![x0, x1]);
        let (d0, d1) = (short(slope[0]), short(slope[1]));
        let steepness = short(slope.dot(&slope).sqrt());
        println!("  ∇f({x0}, {x1}) = ({d0}, {d1}), of length {steepness}");
    }
    figures.draw("gradient-field.png", (560, 560), draw_field)?;
    figures.draw("surface.png", (680, 480), |area| {
        let surface = Surface {
            title: "f(x₀, x₁) = x₀² + x₁²",
            f: &|x0, x1| bowl(&array![x0, x1]),
            side: 3.0,
            top: 18.0,
            cells: 96,
        };
        surface.draw(area)
    })
}

fn draw_field(area: &Area<'_>) -> Drawn {
    let axes = LineChart {
        title: "−∇f points where the bowl falls fastest".to_string(),
        x_label: "x₀".to_string(),
        y_label: "x₁".to_string(),
        x_range: Some(-SIDE..SIDE),
        y_range: Some(-SIDE..SIDE),
        equal: true,
        ..LineChart::default()
    };
    axes.draw_over(area, |chart| {
        let rings = (1..=6).map(|radius| f64::from(radius * radius));
        draw_contours(chart, |x, y| bowl(&array![x, y]), rings, RINGS)?;
        let cells = (-8..=8).flat_map(|i| (-8..=8).map(move |j| (i, j)));
        for (x, y) in cells.map(|(i, j)| (f64::from(i) / 2.0, f64::from(j) / 2.0)) {
            let slope = gradient(bowl, &array![x, y]);
            let steepness = slope.dot(&slope).sqrt();
            let tip = (x - ARROW * slope[0], y - ARROW * slope[1]);
            arrow(chart, (x, y), tip, height(0.75 - steepness / 16.0), 1.3)?;
        }
        for [x, y] in PLACES {
            let slope = gradient(bowl, &array![x, y]);
            chart.draw_series([Circle::new((x, y), points(4.0), PALETTE[1].filled())])?;
            let words = format!("({}, {})", short(slope[0]), short(slope[1]));
            let (px, py) = chart.backend_coord(&(x, y));
            let at = (f64::from(px) / points(1.0), f64::from(py) / points(1.0) - 15.0);
            let (width, high) = (points(23.0) as i32, points(9.0) as i32);
            let middle = (points(at.0) as i32, points(at.1) as i32);
            let box_ = [(middle.0 - width, middle.1 - high), (middle.0 + width, middle.1 + high)];
            area.draw(&Rectangle::new(box_, WHITE.filled()))?;
            area.draw(&Rectangle::new(box_, INK.stroke_width(points(0.6) as u32)))?;
            label(area, &words, at, &text(12.0), Align::Center)?;
        }
        Ok(())
    })
}
