//! A solution of exercise 4: scaling all weights changes nothing.

use ch02_perceptron::perceptron::Perceptron;

/// The same line with weights of length 1.
pub fn normalised(gate: &Perceptron<2>) -> Perceptron<2> {
    let length = gate.weights[0].hypot(gate.weights[1]);
    Perceptron { weights: gate.weights.map(|w| w / length), bias: gate.bias / length }
}
