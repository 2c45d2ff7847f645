//! A solution of exercise 6: between four pixels.

use ndarray::Array2;

/// The ink at column x and row y.
pub fn ink_at(image: &Array2<f64>, x: f64, y: f64) -> f64 {
    let pixel = |column: f64, row: f64| match column >= 0.0 && row >= 0.0 {
        true => image.get((row as usize, column as usize)).copied().unwrap_or(0.0),
        false => 0.0,
    };
    let (left, above) = (x.floor(), y.floor());
    let (right, below) = (x - left, y - above);
    (1.0 - below) * ((1.0 - right) * pixel(left, above) + right * pixel(left + 1.0, above))
        + below
            * ((1.0 - right) * pixel(left, above + 1.0) + right * pixel(left + 1.0, above + 1.0))
}
