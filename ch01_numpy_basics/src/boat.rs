//! A small picture of our own, made of numbers alone: a sailing boat at sunset.

use ndarray::{Array2, Array3, Axis, Zip};

/// Rows, columns and colours of the picture.
pub const SHAPE: (usize, usize, usize) = (48, 64, 3);
/// The row where the sky ends.
const HORIZON: usize = 30;

// ANCHOR: boat
/// The picture, H×W×3: red, green and blue from 0 (dark) to 255 (bright).
pub fn boat() -> Array3<u8> {
    let (height, width, _) = SHAPE;
    let colors = Array2::from_shape_fn((height, width), |(row, column)| color(row, column));
    let mut picture = Array3::zeros(SHAPE);
    Zip::from(picture.lanes_mut(Axis(2))).and(&colors).for_each(|mut pixel, color| {
        pixel.assign(&ndarray::aview1(color));
    });
    picture
}

/// What is seen at a place, the nearest thing first.
fn color(row: usize, column: usize) -> [u8; 3] {
    let (y, x) = (row as f64, column as f64);
    let mast = column == 24 && (8..34).contains(&row);
    let main_sail = (9..32).contains(&row) && x > 25.0 && x < 26.0 + (y - 8.0) * 0.6;
    let jib = (13..32).contains(&row) && x < 23.0 && x > 23.0 - (y - 12.0) * 0.5;
    let hull = (34..39).contains(&row) && (x - 25.0).abs() < 15.0 - (y - 34.0) * 1.5;
    let sun = (y - 22.0).hypot(x - 51.0) < 7.0;
    match () {
        () if hull => [120, 50, 30],
        () if mast => [70, 40, 30],
        () if main_sail => [250, 245, 230],
        () if jib => [225, 70, 60],
        () if row >= HORIZON => sea(y, x),
        () if sun => [255, 225, 130],
        () => [90 + 5 * row as u8, 120 + 2 * row as u8, 190 - 2 * row as u8],
    }
}
// ANCHOR_END: boat

/// Blue with lighter crests, brighter below the sun.
fn sea(y: f64, x: f64) -> [u8; 3] {
    let crest = (x * 0.9 + 3.0 * (y * 1.7).sin()).sin() > 0.75;
    let glitter = (x - 51.0).abs() < 7.0 && (y as usize).is_multiple_of(2);
    match (glitter, crest) {
        (true, _) => [240, 200, 130],
        (false, true) => [70, 140, 180],
        (false, false) => [25, 85, 135],
    }
}
