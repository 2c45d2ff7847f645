//! Exercise 3: from a line to a perceptron.
//!
//! Wanted: a perceptron whose line goes through the two points p and q and which answers 1 on the
//! side where `inside` lies. The points are any; p and q differ, and `inside` is not on the line.
//!
//! Judge: cargo test -p ch02_perceptron -- --ignored ex3

use ch02_perceptron::perceptron::Perceptron;

/// The perceptron whose boundary is the line through `p` and `q`, and which fires at `inside`.
pub fn through(p: [f64; 2], q: [f64; 2], inside: [f64; 2]) -> Perceptron<2> {
    todo!("weights at right angles to the line; the bias that makes the score at p zero")
}
