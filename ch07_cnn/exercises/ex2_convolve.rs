//! Exercise 2: a convolution.
//!
//! Wanted: one image H×W, one filter KH×KW that is not larger, no padding, stride 1. Each number of the
//! map is the sum of the filter's numbers, each times the pixel that it lies on.
//!
//! Judge: cargo test -p ch07_cnn -- --ignored ex2

use ndarray::Array2;

/// The map, (H − KH + 1)×(W − KW + 1).
pub fn convolve(x: &Array2<f64>, w: &Array2<f64>) -> Array2<f64> {
    todo!("`Array2::from_shape_fn((rows, columns), |(row, column)| …)`, and `x.slice(s![…])`")
}
