//! Figures as PNG files: one font, one palette, made to be looked at.
//!
//! Everything is measured in points, about one pixel of a book page. A figure is drawn at four
//! pixels a point and stored at two, so that slanted lines and letters have smooth edges.

mod history;
mod images;
mod lines;
mod panels;
mod plane;
mod style;

use std::error::Error as StdError;
use std::io::{self, Write};
use std::path::Path;

pub use history::{draw_history, smoothed};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops;
pub use image::{Rgb, RgbImage};
pub use images::{ImageGrid, Tile, picture};
pub use lines::{Chart, LineChart, Scale, Series, tick};
pub use panels::{Panels, draw_band, draw_bars, draw_line};
pub use plane::{arrow, contour, draw_contours};
use plotters::coord::Shift;
use plotters::prelude::*;
pub use style::{Align, GREY, INK, PALETTE, Stroke, bold, height, label, text};

use crate::store::files;
use crate::{Error, Result};

/// Pixels drawn for each point; half of them are stored.
const DRAWN: u32 = 4;
const STORED: u32 = 2;

/// A part of a figure that something is drawn on.
pub type Area<'a> = DrawingArea<BitMapBackend<'a>, Shift>;

/// What drawing code returns: plotters has an error type for each kind of canvas.
pub type Drawn<T = ()> = Result<T, Box<dyn StdError>>;

/// Points in the pixels that plotters counts in.
pub fn points(x: f64) -> f64 {
    x * f64::from(DRAWN)
}

/// Draws a figure of `width`×`height` points and writes it to `path`.
///
/// # Errors
/// If drawing fails or the file cannot be written; a file that was there is then untouched.
pub fn save(
    path: &Path,
    (width, height): (u32, u32),
    draw: impl FnOnce(&Area<'_>) -> Drawn,
) -> Result<()> {
    style::register_fonts();
    let (w, h) = (width * DRAWN, height * DRAWN);
    let mut pixels = RgbImage::new(w, h);
    {
        let area = BitMapBackend::with_buffer(&mut pixels, (w, h)).into_drawing_area();
        area.fill(&WHITE)
            .map_err(Box::from)
            .and_then(|()| draw(&area))
            .and_then(|()| area.present().map_err(Box::from))
            .map_err(|e| Error::Invalid(format!("cannot draw {}: {e}", path.display())))?;
    }
    let stored = imageops::thumbnail(&pixels, width * STORED, height * STORED);
    // In memory first: of a buffered file nobody would learn that its last bytes found no room.
    let mut bytes = Vec::new();
    let png = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive);
    stored.write_with_encoder(png).map_err(io::Error::other).map_err(Error::io("pack", path))?;
    files::replace(path, |file| file.write_all(&bytes))
}
