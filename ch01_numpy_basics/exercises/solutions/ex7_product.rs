//! A solution of exercise 7: the matrix product by hand.

use ndarray::{Array2, Zip};

/// M×K times K×N to M×N.
///
/// # Errors
/// If the left matrix has not as many columns as the right one has rows.
pub fn product(a: &Array2<f64>, b: &Array2<f64>) -> Result<Array2<f64>, String> {
    let ((m, k), (rows, n)) = (a.dim(), b.dim());
    if k != rows {
        return Err(format!("{m}×{k} and {rows}×{n} do not fit: {k} columns, {rows} rows"));
    }
    let element = |(i, j)| {
        let mut sum = 0.0;
        Zip::from(a.row(i)).and(b.column(j)).for_each(|a, b| sum += a * b);
        sum
    };
    Ok(Array2::from_shape_fn((m, n), element))
}
