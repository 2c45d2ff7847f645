//! Exercise 8: the best line for what no line can do.
//!
//! On XOR the rule never settles, and where it happens to stop may be worse than where it was. The
//! pocket algorithm (S. I. Gallant, 1990) goes on as the rule does, but keeps the perceptron with
//! the fewest mistakes so far in its pocket. Wanted: that perceptron, after at most `epochs`; check
//! after every correction, and let `Perceptron::correct` do the correcting. If zeros lead into a circle
//! that misses the best, begin somewhere else or change the order: `seed` is for that.
//!
//! Judge: cargo test -p ch02_perceptron -- --ignored ex8

use ch02_perceptron::perceptron::Perceptron;
use ch02_perceptron::rule::Example;

/// The perceptron with the fewest mistakes that was met.
pub fn pocket(examples: &[Example<2>], epochs: usize, seed: u64) -> Perceptron<2> {
    todo!("learn on, but remember the best")
}
