//! Exercise 1: NOR.
//!
//! Wanted: weights and a bias for which a perceptron answers 1 if neither input is 1, and 0 in the
//! three other cases. No case may lie on the line: a score of exactly 0 is a coin on its edge.
//!
//! Judge: cargo test -p ch02_perceptron -- --ignored ex1

use ch02_perceptron::perceptron::Perceptron;

/// 1 if no input is 1.
pub fn nor() -> Perceptron<2> {
    todo!("two weights and a bias")
}
