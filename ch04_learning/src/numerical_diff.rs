//! Derivatives by trying: a small step, and how far the value moved.

use common::plot::{Area, Drawn, LineChart, Scale, Series, Stroke};
use common::program::Figures;
use common::{Float, Result};

// ANCHOR: forward
/// (f(x+h) − f(x)) / h: the derivative as defined, but h stops short of 0.
pub fn forward_difference<F: Float>(f: impl Fn(F) -> F, x: F, h: F) -> F {
    (f(x + h) - f(x)) / h
}
// ANCHOR_END: forward

// ANCHOR: central
/// (f(x+h) − f(x−h)) / 2h: a step to each side, whose errors mostly cancel.
pub fn central_difference<F: Float>(f: impl Fn(F) -> F, x: F, h: F) -> F {
    (f(x + h) - f(x - h)) / (h + h)
}
// ANCHOR_END: central

/// The step of this chapter.
pub const H: f64 = 1e-4;

// ANCHOR: parabola
/// 0.01x² + 0.1x, whose derivative is 0.02x + 0.1.
pub fn parabola(x: f64) -> f64 {
    0.01 * x * x + 0.1 * x
}
// ANCHOR_END: parabola

/// The tangent to f at x, as a function: the line through (x, f(x)) with f's slope there.
pub fn tangent(f: impl Fn(f64) -> f64, x: f64) -> impl Fn(f64) -> f64 {
    let slope = central_difference(&f, x, H);
    let height = f(x);
    move |at| height + slope * (at - x)
}

/// |difference − truth| / |truth| for sin at 1, whose derivative is cos 1.
pub fn errors<F: Float>(h: f64) -> [f64; 2] {
    let (x, h) = (F::one(), F::of(h));
    let relative = |found: F| (found.as_f64() / 1_f64.cos() - 1.0).abs();
    [relative(forward_difference(F::sin, x, h)), relative(central_difference(F::sin, x, h))]
}

/// Prints slopes of the parabola, and of sin with good and bad steps; draws both.
///
/// # Errors
/// If a figure cannot be written.
pub fn run(figures: &Figures) -> Result<()> {
    println!("f(x) = 0.01x² + 0.1x, h = 1e-4");
    for x in [5.0, 10.0] {
        let forward = forward_difference(parabola, x, H);
        let central = central_difference(parabola, x, H);
        println!("  f′({x}) = {:.1}", 0.02 * x + 0.1);
        println!("    forward  (f(x+h) − f(x)) / h     = {forward:.15}");
        println!("    central  (f(x+h) − f(x−h)) / 2h  = {central:.15}");
    }
    println!("relative error of the slope of sin at 1, where it is cos 1 = {:.6}", 1_f64.cos());
    println!("  h       forward f64   central f64   forward f32   central f32");
    for power in (0..=16).step_by(2) {
        let h = 10_f64.powi(-power);
        let [f64_forward, f64_central] = errors::<f64>(h);
        let [f32_forward, f32_central] = errors::<f32>(h);
        let step = if power == 0 { "1".to_string() } else { format!("1e-{power}") };
        println!(
            "  {step:<6}  {f64_forward:>11.1e}  {f64_central:>12.1e}  {f32_forward:>12.1e}  {f32_central:>12.1e}"
        );
    }
    println!("too short a step is no step at all:");
    let lost = central_difference(f32::sin, 1.0, 1e-8);
    println!("  f32: (1 + 1e-8) − 1 = {}, so the slope is {lost}", left_of(1e-8_f32));
    let lost = forward_difference(f64::sin, 1.0, 1e-50);
    println!("  f64: (1 + 1e-50) − 1 = {}, so the slope is {lost}", left_of(1e-50_f64));
    let lost = forward_difference(f32::sin, 1.0, 1e-50_f64 as f32);
    println!("  f32: 1e-50 itself is {}, and 0/0 is {lost}", 1e-50_f64 as f32);
    figures.draw("tangent.png", (760, 360), draw_tangents)?;
    figures.draw("step-size.png", (760, 480), |area| step_sizes().draw(area))
}

/// (1 + h) − 1: what is left of h beside a 1.
fn left_of<F: Float>(h: F) -> F {
    (F::one() + h) - F::one()
}

fn draw_tangents(area: &Area<'_>) -> Drawn {
    for (panel, x) in area.split_evenly((1, 2)).iter().zip([5.0, 10.0]) {
        let places = || (0..=200).map(|i| f64::from(i) / 10.0);
        let line = tangent(parabola, x);
        let slope = central_difference(parabola, x, H);
        LineChart {
            title: format!("The slope at x = {x} is {slope:.1}"),
            x_label: "x".to_string(),
            y_label: "f(x)".to_string(),
            series: vec![
                Series::line("0.01x² + 0.1x", 0, places().map(|x| (x, parabola(x)))).width(2.5),
                Series::line("tangent", 1, places().map(|x| (x, line(x)))).stroke(Stroke::Dashed),
                Series::line("", 1, [(x, parabola(x))]).stroke(Stroke::Dots).width(5.0),
            ],
            y_range: Some(-1.5..6.5),
            ..LineChart::default()
        }
        .draw(panel)?;
    }
    Ok(())
}

fn step_sizes() -> LineChart {
    // Seven steps a decade show the noise of rounding without drowning in it.
    let steps = || (0..=112).map(|i| 10_f64.powf(-f64::from(i) / 7.0));
    let error = |of: fn(f64) -> [f64; 2], which: usize| steps().map(move |h| (h, of(h)[which]));
    LineChart {
        title: "Too long a step cuts a corner, too short a step drowns in rounding".to_string(),
        x_label: "step h".to_string(),
        y_label: "relative error".to_string(),
        series: vec![
            Series::line("forward, f64", 0, error(errors::<f64>, 0)).stroke(Stroke::Dashed),
            Series::line("central, f64", 0, error(errors::<f64>, 1)).width(2.5),
            Series::line("forward, f32", 1, error(errors::<f32>, 0)).stroke(Stroke::Dashed),
            Series::line("central, f32", 1, error(errors::<f32>, 1)).width(2.5),
            Series::line("h = 1e-4", 6, [(H, 1e-13), (H, 3.0)]).stroke(Stroke::Dotted).width(1.5),
        ],
        x_range: Some(1e-16..1.0),
        y_range: Some(1e-13..3.0),
        x_scale: Scale::Log,
        y_scale: Scale::Log,
        ..LineChart::default()
    }
}
