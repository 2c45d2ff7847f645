//! A solution of exercise 2: one neuron.

use ndarray::Array1;

/// tanh(x·w + b).
pub fn neuron(x: &Array1<f64>, w: &Array1<f64>, b: f64) -> f64 {
    (x.dot(w) + b).tanh()
}
