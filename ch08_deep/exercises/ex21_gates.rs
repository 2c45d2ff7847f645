//! Exercise 21: the gates of an LSTM.
//!
//! `sums` are the 4·H sums x·Wx + h₋₁·Wh + b of one sequence at one step: H for the input gate, then H each
//! for the forget gate, the candidate and the output gate. Wanted: the new outputs h and memory cells c.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex21

use common::activation::sigmoid;

/// (h, c) from the sums and the memory cells of the step before.
pub fn lstm_step(sums: &[f64], c_before: &[f64]) -> (Vec<f64>, Vec<f64>) {
    todo!(
        "the four sums of unit j are `sums[j]`, `sums[H + j]`, `sums[2 * H + j]`, `sums[3 * H + j]`"
    )
}
