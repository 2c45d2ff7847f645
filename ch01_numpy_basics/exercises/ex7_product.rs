//! Exercise 7: the matrix product by hand.
//!
//! Wanted: the product of an M×K and a K×N matrix, without `dot` and without an index that could be
//! out of bounds: element (i, j) is the sum of row i times column j. Where the shapes do not fit,
//! the answer is an error that names both, such as "2×3 and 2×3 do not fit: 3 columns, 2 rows".
//!
//! Judge: cargo test -p ch01_numpy_basics -- --ignored ex7

use ndarray::{Array2, Zip};

/// M×K times K×N to M×N.
///
/// # Errors
/// If the left matrix has not as many columns as the right one has rows.
pub fn product(a: &Array2<f64>, b: &Array2<f64>) -> Result<Array2<f64>, String> {
    todo!("check the shapes, then rows of a against columns of b")
}
