//! Exercise 8: the three best guesses.
//!
//! Wanted: the three classes with the largest probabilities, the largest first, each with its
//! probability. Of equal ones the smaller class comes first. With fewer than three classes, return as
//! many as there are.
//!
//! Judge: cargo test -p ch03_forward -- --ignored ex8

use ndarray::Array1;

/// Up to three pairs of class and probability.
pub fn top_three(probabilities: &Array1<f32>) -> Vec<(usize, f32)> {
    todo!("sort pairs; `f32::total_cmp` compares, and `sort_by` keeps the order of equals")
}
