//! A solution of exercise 5: XOR by other two layers.

use ch02_perceptron::gates::OR;
use ch02_perceptron::perceptron::Perceptron;

/// Only x1, or only x2: each corner of the diagonal has a line of its own.
pub fn layers() -> ([Perceptron<2>; 2], Perceptron<2>) {
    let only_x1 = Perceptron { weights: [1.0, -1.0], bias: -0.5 };
    let only_x2 = Perceptron { weights: [-1.0, 1.0], bias: -0.5 };
    ([only_x1, only_x2], OR)
}
