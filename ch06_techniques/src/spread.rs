//! What several runs say together: their mean, the lowest and the highest.

use std::fmt;

use common::plot::{Area, Drawn, LineChart, Panels, Series, Stroke, draw_band, draw_line};

/// One quantity over several runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The mean of all runs; no number if one of them was none.
    pub mean: f64,
    /// The lowest run.
    pub low: f64,
    /// The highest run.
    pub high: f64,
}

// ANCHOR: spread
impl Spread {
    /// Mean, lowest and highest of some values, one from each run.
    pub fn of(values: &[f64]) -> Self {
        Self {
            mean: values.iter().sum::<f64>() / values.len() as f64,
            low: values.iter().copied().fold(f64::INFINITY, f64::min),
            high: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }
}
// ANCHOR_END: spread

impl fmt::Display for Spread {
    /// Such as `0.913 (0.905 … 0.921)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(3);
        let Self { mean, low, high } = self;
        write!(f, "{mean:.digits$} ({low:.digits$} … {high:.digits$})")
    }
}

/// A quantity as it goes: (x, spread of the runs).
pub type Curve = Vec<(f64, Spread)>;

/// One value at each x from each run.
pub fn curve(xs: &[f64], runs: &[Vec<f64>]) -> Curve {
    let at = |i: usize| Spread::of(&runs.iter().map(|run| run[i]).collect::<Vec<_>>());
    xs.iter().enumerate().map(|(i, &x)| (x, at(i))).collect()
}

/// The mean of each `window` steps, drawn at the window's middle, for every run.
pub fn smoothed(losses: &[Vec<f64>], window: usize) -> Curve {
    let steps = losses.first().map_or(0, Vec::len);
    let window = window.clamp(1, steps.max(1));
    let middle = |w: usize| (w * window) as f64 + (window + 1) as f64 / 2.0;
    let xs: Vec<_> = (0..steps / window).map(middle).collect();
    let means = |run: &Vec<f64>| {
        run.chunks_exact(window).map(|w| w.iter().sum::<f64>() / window as f64).collect()
    };
    curve(&xs, &losses.iter().map(means).collect::<Vec<_>>())
}

/// The mean as a line.
fn line(label: &str, color: usize, stroke: Stroke, curve: &Curve) -> Series {
    Series::line(label, color, curve.iter().map(|&(x, s)| (x, s.mean))).stroke(stroke)
}

/// The runs as a band: (x, lowest, highest).
fn band(curve: &Curve) -> Vec<(f64, f64, f64)> {
    curve.iter().map(|&(x, s)| (x, s.low, s.high)).collect()
}

/// A chart of one line for each curve, over the band of its runs.
///
/// # Errors
/// If plotters cannot draw it.
pub fn draw(area: &Area<'_>, chart: LineChart, curves: &[(&str, Curve)]) -> Drawn {
    const STROKES: [Stroke; 3] = [Stroke::Solid, Stroke::Dashed, Stroke::Dotted];
    let mut chart = chart;
    for (i, (label, curve)) in curves.iter().enumerate() {
        let width = if i < STROKES.len() { 2.0 } else { 1.0 }; // the fourth is solid again, but thin
        chart.series.push(line(label, i, STROKES[i % 3], curve).width(width));
    }
    let bands: Vec<_> =
        chart.series.iter().zip(curves).map(|(s, (_, curve))| (s.color, band(curve))).collect();
    chart.draw_over(area, |axes| {
        bands.iter().try_for_each(|(color, band)| draw_band(axes, band, *color))
    })
}

/// Panels of two curves each over the bands of their runs: the first solid, the second dashed, and
/// both labelled once, above.
///
/// # Errors
/// If plotters cannot draw it.
pub fn draw_pairs(
    area: &Area<'_>,
    panels: Panels,
    (first, second): (&str, &str),
    pairs: &[(&Curve, &Curve)],
) -> Drawn {
    let pair = |(first, second): (&str, &str), (a, b): (&Curve, &Curve)| {
        [(line(first, 0, Stroke::Solid, a), band(a)), (line(second, 1, Stroke::Dashed, b), band(b))]
    };
    let empty = (&Curve::new(), &Curve::new());
    let legend = pair((first, second), empty).map(|(line, _)| line).into();
    Panels { legend, ..panels }.draw(area, |i, chart| {
        for (line, band) in pair(("", ""), pairs[i]) {
            draw_band(chart, &band, line.color)?;
            draw_line(chart, &line)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_says_what_runs_agree_on() {
        let spread = Spread::of(&[0.9, 0.8, 1.0]);
        assert_eq!(format!("{spread:.2}"), "0.90 (0.80 … 1.00)");
        assert!(Spread::of(&[1.0, f64::NAN]).mean.is_nan(), "a run that failed is not hidden");
    }

    #[test]
    fn windows_are_averaged_and_stand_at_their_middle() {
        let curve = smoothed(&[vec![1.0, 3.0, 5.0, 7.0, 9.0]], 2);
        let means: Vec<_> = curve.iter().map(|&(x, s)| (x, s.mean)).collect();
        assert_eq!(means, [(1.5, 2.0), (3.5, 6.0)]);
    }
}
