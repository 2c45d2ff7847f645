//! Exercise 2: one neuron.
//!
//! Wanted: the output of a single neuron with inputs x and weights w (both of length D), a bias b
//! and tanh as its activation function. The perceptron of chapter 2 was this with a step function.
//!
//! Judge: cargo test -p ch03_forward -- --ignored ex2

use ndarray::Array1;

/// tanh(x·w + b).
pub fn neuron(x: &Array1<f64>, w: &Array1<f64>, b: f64) -> f64 {
    todo!("a weighted sum, then the activation function")
}
