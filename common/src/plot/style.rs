//! Colours, strokes and letters that all figures share.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Area, Drawn, points};

/// Eight colours that stay apart for every kind of colour vision (Okabe and Ito, 2008), the
/// strongest first; yellow is left out because it is lost on white.
pub const PALETTE: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(60, 60, 60),
];

/// Lines and letters that are not data.
pub const INK: RGBColor = RGBColor(40, 40, 40);
/// What should stay in the background: grids, frames.
pub const GREY: RGBColor = RGBColor(225, 225, 225);

/// Letters of `size` points.
pub fn text(size: f64) -> TextStyle<'static> {
    ("sans-serif", points(size)).into_font().color(&INK)
}

/// Bold letters of `size` points.
pub fn bold(size: f64) -> TextStyle<'static> {
    ("sans-serif", points(size), FontStyle::Bold).into_font().color(&INK)
}

/// Which part of some words stands at the point they are drawn at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Align {
    /// Their left end.
    Left,
    /// Their middle.
    Center,
    /// Their right end.
    Right,
}

/// Writes `words` on `area` beside or around a point, which is given in points from the upper left
/// corner; digits and capitals are centred on it vertically.
///
/// # Errors
/// If plotters cannot write them.
pub fn label(
    area: &Area<'_>,
    words: &str,
    (x, y): (f64, f64),
    style: &TextStyle<'_>,
    align: Align,
) -> Drawn {
    // plotters centres the line with its room for accents, and leaves out the first letter's
    // bearing.
    let (right, down) = (0.05 * style.font.get_size(), 0.2 * style.font.get_size());
    let (right, h_pos) = match align {
        Align::Left => (0.0, HPos::Left),
        Align::Center => (right, HPos::Center),
        Align::Right => (0.0, HPos::Right),
    };
    let at = ((points(x) + right) as i32, (points(y) + down) as i32);
    Ok(area.draw_text(words, &style.pos(Pos::new(h_pos, VPos::Center)), at)?)
}

/// How a line is drawn, so that lines differ without their colours too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stroke {
    /// An unbroken line.
    Solid,
    /// Long dashes.
    Dashed,
    /// Short dashes.
    Dotted,
    /// Points alone.
    Dots,
}
