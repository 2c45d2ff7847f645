//! Exercise 4: scaling all weights changes nothing.
//!
//! Wanted: from any perceptron the one with the same answers everywhere whose weights have length 1
//! (w₁² + w₂² = 1). Its score is then the distance from the line. At least one weight is not zero.
//!
//! Judge: cargo test -p ch02_perceptron -- --ignored ex4

use ch02_perceptron::perceptron::Perceptron;

/// The same line with weights of length 1.
pub fn normalised(gate: &Perceptron<2>) -> Perceptron<2> {
    todo!("divide by the length of the weights; by what is the bias divided?")
}
