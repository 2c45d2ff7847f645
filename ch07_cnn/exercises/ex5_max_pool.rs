//! Exercise 5: max pooling.
//!
//! Wanted: the largest number in each square of 2×2 pixels of an image H×W; squares do not overlap. If H
//! or W is odd, the last row or column is left out.
//!
//! Judge: cargo test -p ch07_cnn -- --ignored ex5

use ndarray::Array2;

/// The largest numbers, ⌊H/2⌋×⌊W/2⌋.
pub fn max_pool(x: &Array2<f64>) -> Array2<f64> {
    todo!("the square of place (row, column) begins at (2·row, 2·column)")
}
