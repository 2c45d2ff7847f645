//! Exercise 2: three inputs vote.
//!
//! Wanted: one perceptron with three inputs that answers what most of them say: 1 if at least two
//! inputs are 1. Then one whose first input has a veto: 1 only if the first input is 1 and at least
//! one of the others is too.
//!
//! Judge: cargo test -p ch02_perceptron -- --ignored ex2

use ch02_perceptron::perceptron::Perceptron;

/// 1 if at least two of three inputs are 1.
pub fn majority() -> Perceptron<3> {
    todo!("three weights and a bias")
}

/// 1 if the first input is 1, and the second or the third or both.
pub fn veto() -> Perceptron<3> {
    todo!("three weights and a bias")
}
