//! The plain recurrent layer.

use std::iter::zip;

use super::Recurrent;
use super::cell::{Cell, CellBackward, CellForward};
use crate::Float;
use crate::random::Generator;

// ANCHOR: rnn
/// h = tanh(x·Wx + h₋₁·Wh + b): outputs are inputs of the next step (Elman, 1990).
///
/// From N×T×D to N×T×H; Wx is D×H, Wh is H×H.
pub type Rnn<F> = Recurrent<F, RnnCell>;

/// The step of an [`Rnn`].
pub struct RnnCell;

impl Cell for RnnCell {
    const NAME: &'static str = "Rnn";
    const GATES: usize = 1;

    #[inline(always)]
    fn forward<F: Float>(step: CellForward<'_, F>) {
        for (h, &sum) in zip(step.h, &*step.a) {
            *h = sum.fast_tanh();
        }
    }

    #[inline(always)]
    fn backward<F: Float>(step: CellBackward<'_, F>) {
        for ((da, &h), dh) in zip(step.a, step.after.0).zip(step.dh) {
            *da = *dh * (F::one() - h * h);
            *dh = F::zero(); // all of it goes through Wh
        }
    }
}
// ANCHOR_END: rnn

impl<F: Float> Rnn<F> {
    /// A layer from `inputs` numbers a step to `units`, with random weights and a bias of zero.
    pub fn new(inputs: usize, units: usize, rng: &mut Generator) -> Self {
        Self::random(inputs, units, rng)
    }
}
