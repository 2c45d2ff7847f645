//! Exercise 6: dropout as the book has it.
//!
//! Our dropout divides by 1 − rate while it learns and does nothing when it only reads. The book's
//! multiplies by nothing while it learns and by 1 − rate when it reads. Wanted: the book's. Given
//! which numbers pass, `learn` returns the batch with the others silenced; `read` returns what
//! comes out when nothing is learned.
//!
//! Judge: cargo test -p ch06_techniques -- --ignored ex6

use ndarray::Array2;

/// The batch while learning; `passed` has its shape.
pub fn learn(x: Array2<f64>, passed: &Array2<bool>) -> Array2<f64> {
    todo!("zero where `passed` is false")
}

/// The batch when nothing is learned.
pub fn read(x: Array2<f64>, rate: f64) -> Array2<f64> {
    todo!("the mean of what `learn` returns")
}
