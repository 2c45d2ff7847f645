//! Exercise 4: im2col for one image.
//!
//! Wanted: for one image H×W and a filter of KH×KW pixels, stride 1, no padding: a matrix with a row for
//! each place, from left to right and from top to bottom, that holds what the filter sees there, row by
//! row. With it a convolution is one matrix product.
//!
//! Judge: cargo test -p ch07_cnn -- --ignored ex4

use ndarray::Array2;

/// What the filter sees, (OH·OW)×(KH·KW).
pub fn im2col(x: &Array2<f64>, (kh, kw): (usize, usize)) -> Array2<f64> {
    todo!(
        "row r of the matrix is place (r / OW, r % OW); column k is pixel (k / KW, k % KW) of the filter"
    )
}
