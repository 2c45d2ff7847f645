//! Exercise 3: a table of products by broadcasting.
//!
//! Wanted: from two vectors, of M and N numbers, the M×N table of all products: element (i, j) is
//! rows[i] · columns[j]. No loop: an axis of length 1 is repeated when the other operand is longer.
//!
//! Judge: cargo test -p ch01_numpy_basics -- --ignored ex3

use ndarray::{Array1, Array2, Axis};

/// M numbers and N numbers to M×N products.
pub fn table(rows: &Array1<f64>, columns: &Array1<f64>) -> Array2<f64> {
    todo!("M×1 times N")
}
