//! What a recurrent layer hands on from step to step.

use ndarray::Array2;

use crate::Float;

// ANCHOR: state
/// What a recurrent layer knows of the steps behind it, a row for each sequence of the batch.
///
/// As a gradient it holds ∂loss/∂(each of these numbers).
#[derive(Clone, Debug, PartialEq)]
pub struct State<F> {
    /// The last output, N×H.
    pub h: Array2<F>,
    /// The memory cells of an LSTM, N×H; of other layers N×0.
    pub c: Array2<F>,
}
// ANCHOR_END: state

impl<F: Float> State<F> {
    /// Knowing nothing: zeros for `n` sequences, with `units` outputs and `memory` cells.
    pub fn zeros(n: usize, units: usize, memory: usize) -> Self {
        Self { h: Array2::zeros((n, units)), c: Array2::zeros((n, memory)) }
    }
}
