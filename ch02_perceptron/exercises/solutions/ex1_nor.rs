//! A solution of exercise 1: NOR.

use ch02_perceptron::perceptron::Perceptron;

/// 1 if no input is 1: OR with every sign turned round.
pub fn nor() -> Perceptron<2> {
    Perceptron { weights: [-0.5, -0.5], bias: 0.2 }
}
