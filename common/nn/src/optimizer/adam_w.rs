//! Adam with weight decay beside the gradient, not inside it.

use super::{Adam, Optimizer, Slots};
use crate::Float;
use crate::layer::Param;

/// W ← W − η·λ·W, then Adam's step (Loshchilov and Hutter, 2019).
///
/// Adam would divide the penalty's gradient by √v̂ like any other, and decay weights with large
/// gradients less than others; here all weights shrink by the same share.
pub struct AdamW<F> {
    /// λ, times the learning rate the share that each weight loses in a step; biases lose nothing.
    pub lambda: F,
    adam: Adam<F>,
}

impl<F: Float> AdamW<F> {
    /// Adam with its authors' constants, and λ.
    pub fn new(learning_rate: F, lambda: F) -> Self {
        Self { lambda, adam: Adam::new(learning_rate) }
    }

    /// The same rule with another β₁: with a smaller one, the mean gradient forgets sooner.
    pub fn with_beta1(mut self, beta1: F) -> Self {
        self.adam.beta1 = beta1;
        self
    }
}

// ANCHOR: update
impl<F: Float> Optimizer<F> for AdamW<F> {
    fn update(&mut self, mut params: Vec<Param<'_, F>>) {
        let rest = F::one() - self.adam.learning_rate * self.lambda;
        for p in params.iter_mut().filter(|p| p.decays) {
            p.value.mapv_inplace(|w| rest * w);
        }
        self.adam.update(params);
    }
    // ANCHOR_END: update

    fn learning_rate(&mut self) -> Option<&mut F> {
        self.adam.learning_rate()
    }

    fn slots(&mut self) -> Vec<(&'static str, &mut Slots<F>)> {
        self.adam.slots()
    }

    fn steps(&mut self) -> Option<&mut i32> {
        self.adam.steps()
    }
}
