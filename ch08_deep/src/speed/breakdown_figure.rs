//! Where the time of a step goes, as bars.

use common::plot::{Align, Area, Drawn, GREY, INK, PALETTE, bold, label, points, text, tick};
use plotters::prelude::*;

use crate::speed::breakdown::Row;

/// From one bar to the next, and the bar itself, in points.
const PITCH: f64 = 22.0;
const BAR: f64 = 14.0;
/// Room above the bars and below them.
const ABOVE: f64 = 62.0;
const BELOW: f64 = 44.0;
/// Where the bars begin and, at the longest, end.
const LEFT: f64 = 160.0;
const RIGHT: f64 = 700.0;

/// The height in points of a figure of so many bars.
pub fn height(bars: usize) -> u32 {
    (ABOVE + BELOW + PITCH * bars as f64).ceil() as u32
}

/// Draws a bar for each layer and for what else a step does: forward first, then back, in
/// milliseconds.
///
/// # Errors
/// If plotters cannot draw it.
pub fn draw(title: &str, rows: &[Row], rest: &[(&str, f64)], area: &Area<'_>) -> Drawn {
    label(area, title, (380.0, 20.0), &bold(15.0), Align::Center)?;
    let longest = rows.iter().map(Row::seconds).chain(rest.iter().map(|r| r.1)).fold(0.0, f64::max);
    let count = rows.len() + rest.len();
    axis(area, 1e3 * longest, count)?;
    let across = |seconds: f64| LEFT + (RIGHT - LEFT) * seconds / longest;
    let bar = |i: usize, from: f64, to: f64, color: RGBColor| {
        let top = ABOVE + PITCH * i as f64 + (PITCH - BAR) / 2.0;
        let corners = [pixel(across(from), top), pixel(across(to), top + BAR)];
        area.draw(&Rectangle::new(corners, color.filled()))
    };
    let middle = |i: usize| ABOVE + PITCH * (i as f64 + 0.5);
    for (i, row) in rows.iter().enumerate() {
        let shape: Vec<_> = row.output.iter().map(usize::to_string).collect();
        let name = format!("{}  {}", row.name, shape.join("×"));
        label(area, &name, (LEFT - 8.0, middle(i)), &text(12.0), Align::Right)?;
        bar(i, 0.0, row.forward, PALETTE[0])?;
        bar(i, row.forward, row.seconds(), PALETTE[5])?;
        number(area, across(row.seconds()), middle(i), row.seconds())?;
    }
    for (i, &(name, seconds)) in (rows.len()..).zip(rest) {
        label(area, name, (LEFT - 8.0, middle(i)), &text(12.0), Align::Right)?;
        bar(i, 0.0, seconds, PALETTE[6])?;
        number(area, across(seconds), middle(i), seconds)?;
    }
    legend(area, rows.iter().any(|row| row.backward > 0.0))
}

/// The milliseconds beside a bar.
fn number(area: &Area<'_>, x: f64, y: f64, seconds: f64) -> Drawn {
    label(area, &format!("{:.2}", 1e3 * seconds), (x + 6.0, y), &text(11.0), Align::Left)
}

/// Lines at round numbers of milliseconds, and what the numbers are.
fn axis(area: &Area<'_>, longest: f64, bars: usize) -> Drawn {
    let step = round_step(longest / 5.0);
    let bottom = ABOVE + PITCH * bars as f64;
    let mut ms = 0.0;
    while ms <= longest {
        let x = LEFT + (RIGHT - LEFT) * ms / longest;
        let color = if ms == 0.0 { INK } else { GREY };
        let line = vec![pixel(x, ABOVE), pixel(x, bottom)];
        area.draw(&PathElement::new(line, color.stroke_width(points(0.8) as u32)))?;
        label(area, &tick(ms), (x, bottom + 10.0), &text(11.0), Align::Center)?;
        ms += step;
    }
    let below = ((LEFT + RIGHT) / 2.0, bottom + 30.0);
    label(area, "milliseconds of a step", below, &text(13.0), Align::Center)
}

fn legend(area: &Area<'_>, back: bool) -> Drawn {
    let mut entries = vec![("forward", PALETTE[0])];
    entries.extend(back.then_some(("back", PALETTE[5])));
    for (i, (name, color)) in entries.into_iter().enumerate() {
        let x = LEFT + 90.0 * i as f64;
        let corners = [pixel(x, 38.0), pixel(x + 18.0, 50.0)];
        area.draw(&Rectangle::new(corners, color.filled()))?;
        label(area, name, (x + 24.0, 44.0), &text(12.0), Align::Left)?;
    }
    Ok(())
}

/// The smallest of 1, 2, 5, 10, 20, … (or tenths of them) that is at least `x`.
fn round_step(x: f64) -> f64 {
    let power = 10_f64.powf(x.log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|n| n * power).into_iter().find(|&step| step >= x).unwrap_or(x)
}

fn pixel(x: f64, y: f64) -> (i32, i32) {
    (points(x) as i32, points(y) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        for (x, step) in [(0.13, 0.2), (1.0, 1.0), (1.1, 2.0), (37.0, 50.0), (60.0, 100.0)] {
            assert!((round_step(x) - step).abs() < 1e-9, "{x}: {}", round_step(x));
        }
    }
}
