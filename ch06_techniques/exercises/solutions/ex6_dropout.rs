//! A solution of exercise 6: dropout as the book has it.

use ndarray::Array2;

/// The batch while learning; `passed` has its shape.
pub fn learn(mut x: Array2<f64>, passed: &Array2<bool>) -> Array2<f64> {
    x.zip_mut_with(passed, |x, &passed| {
        if !passed {
            *x = 0.0;
        }
    });
    x
}

/// The batch when nothing is learned.
pub fn read(x: Array2<f64>, rate: f64) -> Array2<f64> {
    x * (1.0 - rate)
}
