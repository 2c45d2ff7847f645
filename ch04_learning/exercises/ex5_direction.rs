//! Exercise 5: the slope in a direction of your own.
//!
//! Wanted: how fast f changes at `x` for each unit of way along `direction`, with two calls of f
//! however many coordinates there are. `direction` may be of any length but 0: only where it
//! points matters.
//!
//! Judge: cargo test -p ch04_learning -- --ignored ex5

use ndarray::Array1;

/// The derivative of f at `x` along `direction`.
pub fn directional_derivative(
    f: impl Fn(&Array1<f64>) -> f64,
    x: &Array1<f64>,
    direction: &Array1<f64>,
) -> f64 {
    todo!("a central difference along a direction of length 1")
}
