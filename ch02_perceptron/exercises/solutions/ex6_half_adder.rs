//! A solution of exercise 6: a half adder from two perceptrons.

use ch02_perceptron::gates::AND;
use ch02_perceptron::perceptron::Perceptron;

/// The carry of x1 + x2.
pub fn carry() -> Perceptron<2> {
    AND
}

/// The sum digit, from x1, x2 and the carry: the carry takes away what both inputs brought.
pub fn digit() -> Perceptron<3> {
    Perceptron { weights: [1.0, 1.0, -2.0], bias: -0.5 }
}
