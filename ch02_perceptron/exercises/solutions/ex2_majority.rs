//! A solution of exercise 2: three inputs vote.

use ch02_perceptron::perceptron::Perceptron;

/// 1 if at least two of three inputs are 1: the sum of the votes is above 1.5.
pub fn majority() -> Perceptron<3> {
    Perceptron { weights: [1.0, 1.0, 1.0], bias: -1.5 }
}

/// 1 if the first input is 1, and the second or the third or both: the others together weigh no
/// more than the first, and the first alone is not enough.
pub fn veto() -> Perceptron<3> {
    Perceptron { weights: [2.0, 1.0, 1.0], bias: -2.5 }
}
