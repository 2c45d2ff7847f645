//! Curves in a figure, as matplotlib would draw them.

use common::Result;
use common::plot::{LineChart, Series, Stroke};
use common::program::Figures;
use ndarray::{Array, Array1};

/// What matplotlib draws as lines: x and y, of the same length.
fn points<'a>(
    x: &'a Array1<f64>,
    y: &'a Array1<f64>,
) -> impl Iterator<Item = (f64, f64)> + use<'a> {
    x.iter().copied().zip(y.iter().copied())
}

// ANCHOR: sine
/// From 0 to 6 in steps of 0.1, the 6 left out: 60 numbers.
pub fn steps() -> Array1<f64> {
    Array::range(0.0, 6.0, 0.1)
}

/// The sine alone.
pub fn sine() -> LineChart {
    let x = steps();
    let y = x.sin();
    LineChart {
        title: "sin x, from 0 to 6 in steps of 0.1".to_string(),
        x_label: "x".to_string(),
        y_label: "sin x".to_string(),
        series: vec![Series::line("", 0, points(&x, &y))],
        x_range: Some(0.0..6.0),
        ..LineChart::default()
    }
}
// ANCHOR_END: sine

// ANCHOR: two
/// Sine and dashed cosine, with a legend.
pub fn sine_and_cosine() -> LineChart {
    let x = steps();
    let (sin, cos) = (x.sin(), x.cos());
    LineChart {
        title: "sin and cos".to_string(),
        x_label: "x".to_string(),
        y_label: "y".to_string(),
        series: vec![
            Series::line("sin", 0, points(&x, &sin)),
            Series::line("cos", 1, points(&x, &cos)).stroke(Stroke::Dashed),
        ],
        x_range: Some(0.0..6.0),
        ..LineChart::default()
    }
}
// ANCHOR_END: two

/// Says what is drawn, and draws it.
///
/// # Errors
/// If a figure cannot be written.
pub fn run(figures: &Figures) -> Result<()> {
    let x = steps();
    println!("x: {} numbers from {:.1} to {:.1}", x.len(), x[0], x[x.len() - 1]);
    let y = x.sin();
    println!("sin x: between {:.4} and {:.4}", extreme(&y, f64::min), extreme(&y, f64::max));
    figures.draw("sin.png", (760, 340), |area| sine().draw(area))?;
    figures.draw("sin-cos.png", (760, 360), |area| sine_and_cosine().draw(area))
}

fn extreme(y: &Array1<f64>, choose: fn(f64, f64) -> f64) -> f64 {
    y.iter().copied().fold(y[0], choose)
}
