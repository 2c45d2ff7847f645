//! Exercise 22: the loss of a sentence that is shorter than the others.
//!
//! `logits` has a row of scores for each of T steps, `words` the right word of each, and `mask` is false where
//! the sentence is over already. Wanted: the mean cross entropy over the steps that count, and ∂L/∂logits. What
//! stands in `words` where the mask is false may be anything. If nothing counts, both are 0.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex22

use ndarray::Array2;

/// The loss, and its gradient, T×V.
pub fn masked_loss(logits: &Array2<f64>, words: &[usize], mask: &[bool]) -> (f64, Array2<f64>) {
    todo!(
        "`common::activation::softmax(logits.clone())` has the probabilities of each step in a row"
    )
}
