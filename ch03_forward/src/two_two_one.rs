//! A network small enough for the back of an envelope, with one row of weights a neuron.

use common::activation::{relu, sigmoid};
use ndarray::{Array1, array};

/// Everything that is computed on the way.
pub struct Steps {
    /// W1·x + b1, of 2 numbers.
    pub z1: Array1<f64>,
    /// max(0, z1).
    pub a1: Array1<f64>,
    /// W2·a1 + b2.
    pub z2: f64,
    /// σ(z2): a probability.
    pub output: f64,
}

// ANCHOR: forward
/// 2 inputs, 2 ReLU neurons, 1 sigmoid neuron.
///
/// Each neuron's weights stand in a row here, as in many texts, so the matrix
/// comes first: W·x. It is x·Wᵀ in the order of the other sections, where they
/// stand in a column.
pub fn forward(x: &Array1<f64>) -> Steps {
    let (w1, b1) = (array![[0.2, 0.4], [0.3, -0.5]], array![0.1, -0.2]);
    let (w2, b2) = (array![0.7, 0.6], 0.05);
    let z1 = w1.dot(x) + b1;
    let a1 = z1.mapv(relu);
    let z2 = w2.dot(&a1) + b2;
    Steps { output: sigmoid(z2), z1, a1, z2 }
}
// ANCHOR_END: forward

/// Prints every intermediate number for the input (1.0, 0.5).
pub fn run() {
    let x = array![1.0, 0.5];
    let Steps { z1, a1, z2, output } = forward(&x);
    println!("x      = {x}");
    println!("z1     = W1·x + b1   = {z1:.2}");
    println!("a1     = relu(z1)    = {a1:.2}");
    println!("z2     = W2·a1 + b2  = {z2:.2}");
    println!("output = sigmoid(z2) = {output:.8}");
}
