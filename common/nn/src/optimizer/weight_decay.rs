//! The L2 penalty on large weights.

use super::{Optimizer, Slots};
use crate::Float;
use crate::layer::Param;
use crate::model::{self, Model};

// ANCHOR: weight_decay
/// Any optimizer for the loss L + ½·λ·Σ W²: the penalty adds λ·W to the gradient of every weight.
///
/// Biases, and the scales and shifts of normalisation, are left alone.
pub struct WeightDecay<F, O> {
    /// λ, the price of large weights.
    pub lambda: F,
    /// The rule that takes the step.
    pub inner: O,
}

impl<F: Float, O: Optimizer<F>> Optimizer<F> for WeightDecay<F, O> {
    fn update(&mut self, mut params: Vec<Param<'_, F>>) {
        for p in params.iter_mut().filter(|p| p.decays) {
            p.grad.scaled_add(self.lambda, &p.value);
        }
        self.inner.update(params);
    }
    // ANCHOR_END: weight_decay

    fn learning_rate(&mut self) -> Option<&mut F> {
        self.inner.learning_rate()
    }

    fn slots(&mut self) -> Vec<(&'static str, &mut Slots<F>)> {
        self.inner.slots()
    }

    fn steps(&mut self) -> Option<&mut i32> {
        self.inner.steps()
    }
}

/// ½·λ·Σ W² over all weights of a model: what the penalty adds to the loss.
pub fn l2_penalty<F: Float>(model: &mut impl Model<F>, lambda: F) -> F {
    let params = model::params(model);
    let squares = params.iter().filter(|p| p.decays).flat_map(|p| p.value.iter());
    F::of(0.5) * lambda * squares.map(|&w| w * w).sum::<F>()
}
