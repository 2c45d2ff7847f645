//! A solution of exercise 3: a table of products by broadcasting.

use ndarray::{Array1, Array2, Axis};

/// M numbers and N numbers to M×N products.
pub fn table(rows: &Array1<f64>, columns: &Array1<f64>) -> Array2<f64> {
    let rows = rows.view().insert_axis(Axis(1)); // M×1
    &rows * columns
}
