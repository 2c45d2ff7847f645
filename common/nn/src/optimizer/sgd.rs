//! The first thing that works.

use super::Optimizer;
use crate::Float;
use crate::layer::Param;

// ANCHOR: sgd
/// Stochastic gradient descent: W ← W − η ∂L/∂W.
pub struct Sgd<F> {
    /// η, how far each step goes.
    pub learning_rate: F,
}

impl<F: Float> Optimizer<F> for Sgd<F> {
    fn update(&mut self, params: Vec<Param<'_, F>>) {
        for mut p in params {
            p.value.scaled_add(-self.learning_rate, &p.grad);
        }
    }
    // ANCHOR_END: sgd

    fn learning_rate(&mut self) -> Option<&mut F> {
        Some(&mut self.learning_rate)
    }
}
