//! Colours, strokes and letters that all figures share.

use std::sync::Once;

use plotters::prelude::*;
use plotters::style::register_font;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Area, Drawn, points};

/// Makes DejaVu Sans the font of all letters: it comes with the program and has the signs of mathematics.
pub(super) fn register_fonts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for (style, bytes) in
            [(FontStyle::Normal, dejavu::sans::regular()), (FontStyle::Bold, dejavu::sans::bold())]
        {
            assert!(
                register_font("sans-serif", style, bytes).is_ok(),
                "the built-in font is sound"
            );
        }
    });
}

/// Seven of the eight colours of Okabe and Ito (2008), which stay apart for every kind of colour vision, the
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

/// A colour for a height from 0 (dark violet) to 1 (pale yellow) that also grows lighter evenly,
/// so that it can be read in grey; what lies outside gets the nearest end.
///
/// Seven stops of viridis by Stéfan van der Walt and Nathaniel Smith (2015).
pub fn height(share: f64) -> RGBColor {
    const STOPS: [[f64; 3]; 7] = [
        [68.0, 1.0, 84.0],
        [68.0, 57.0, 130.0],
        [49.0, 104.0, 142.0],
        [33.0, 145.0, 140.0],
        [53.0, 183.0, 121.0],
        [144.0, 215.0, 67.0],
        [253.0, 231.0, 37.0],
    ];
    let place = share.clamp(0.0, 1.0) * (STOPS.len() - 1) as f64;
    let below = (place as usize).min(STOPS.len() - 2);
    let part = place - below as f64;
    let mix = |i: usize| (STOPS[below][i] * (1.0 - part) + STOPS[below + 1][i] * part) as u8;
    RGBColor(mix(0), mix(1), mix(2))
}

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
