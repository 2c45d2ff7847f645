//! Exercise 1: a sigmoid without exp.
//!
//! Wanted: a cheap stand-in for the sigmoid, as small devices use it: 0.2·x + 0.5, but never below 0
//! and never above 1, for every number of the array.
//!
//! Judge: cargo test -p ch03_forward -- --ignored ex1

use ndarray::Array1;

/// 0.2·x + 0.5, kept between 0 and 1.
pub fn hard_sigmoid(x: &Array1<f64>) -> Array1<f64> {
    todo!("`mapv` applies a function of one number to a whole array")
}
