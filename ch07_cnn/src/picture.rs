//! Pictures for the filters to look at: one from a file, or one of our own.

use std::path::Path;

use common::data::picture;
use common::{Error, Result};
use image::imageops::FilterType;
use image::{DynamicImage, GenericImageView};
use ndarray::Array2;

/// Larger pictures are reduced: a filter of 5×5 pixels sees edges, not acres.
const LONGEST: u32 = 200;
/// Smaller pictures have no place for the filters.
const SHORTEST: u32 = 5;
/// Width and height of our own picture, in pixels, and in the units in which it is described.
const SIDE: usize = 168;
const UNITS: f32 = 128.0;
/// Each pixel of it is the mean of so many points across.
const POINTS: usize = 4;

/// Any picture as H×W ink, 0 for white and 1 for black.
///
/// # Errors
/// If the file cannot be read as a PNG or JPEG picture, or is too small.
pub fn read(path: &Path) -> Result<Array2<f32>> {
    let image = DynamicImage::from(picture::read(path)?);
    let (width, height) = image.dimensions();
    let image = match width.max(height) > LONGEST {
        true => image.resize(LONGEST, LONGEST, FilterType::Triangle),
        false => image,
    };
    if image.width().min(image.height()) < SHORTEST {
        return Err(Error::format(
            path,
            format!("{width}×{height} pixels are too few for filters of {SHORTEST}×{SHORTEST}"),
        ));
    }
    let image = image.into_luma8();
    let size = (image.height() as usize, image.width() as usize);
    Ok(Array2::from_shape_fn(size, |(y, x)| {
        1.0 - f32::from(image[(x as u32, y as u32)][0]) / 255.0
    }))
}

/// A house with a fence under a sun: edges that stand, lie, lean and bend.
pub fn draw() -> Array2<f32> {
    Array2::from_shape_fn((SIDE, SIDE), |(row, column)| {
        let point = |i: usize| (i as f32 + 0.5) / POINTS as f32;
        let points = (0..POINTS * POINTS).map(|i| (point(i % POINTS), point(i / POINTS)));
        let unit = |pixel: f32| pixel * UNITS / SIDE as f32;
        let inks = points.map(|(dx, dy)| ink(unit(column as f32 + dx), unit(row as f32 + dy)));
        inks.sum::<f32>() / (POINTS * POINTS) as f32
    })
}

/// How dark our picture is at a point, x to the right and y down.
fn ink(x: f32, y: f32) -> f32 {
    let inside =
        |x0: f32, x1: f32, y0: f32, y1: f32| (x0..x1).contains(&x) && (y0..y1).contains(&y);
    let on_bars = |period: f32, width: f32, from: f32| (x - from).rem_euclid(period) < width;
    let roof = (30.0..60.0).contains(&y) && (x - 50.0).abs() < (y - 30.0) * 1.3;
    let sun = (x - 106.0).hypot(y - 22.0) < 13.0;
    let window = inside(25.0, 43.0, 70.0, 88.0);
    let bars = (x - 34.0).abs() < 1.2 || (y - 79.0).abs() < 1.2;
    let door = inside(55.0, 69.0, 78.0, 108.0);
    let fence = inside(86.0, 126.0, 84.0, 108.0) && on_bars(8.0, 3.5, 86.0)
        || inside(84.0, 128.0, 90.0, 93.0);
    match () {
        () if roof => 0.9,
        () if window => {
            if bars {
                0.9
            } else {
                0.0
            }
        }
        () if door => 1.0,
        () if inside(18.0, 82.0, 60.0, 108.0) => 0.45,
        () if sun => 0.7,
        () if fence => 0.9,
        () if y >= 108.0 => 0.6,
        () => 0.0,
    }
}
