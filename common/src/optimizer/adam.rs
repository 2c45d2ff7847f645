//! Momentum and RMSprop in one.

use ndarray::ArrayD;

use super::{Memory, Optimizer};
use crate::Float;
use crate::blocks::in_blocks;
use crate::layer::Param;

/// Adam: steps of about the learning rate whatever the size of the gradient (Kingma and Ba, 2015).
///
/// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², W ← W − η m̂ / (√v̂ + ε), where the hats undo the pull
/// towards zero that m and v start with.
pub struct Adam<F> {
    /// η, about how far each step goes.
    pub learning_rate: F,
    /// How much of the mean gradient m lasts to the next step.
    pub beta1: F,
    /// The same for the mean square v.
    pub beta2: F,
    /// Keeps the division finite.
    pub epsilon: F,
    steps: i32,
    means: Memory<F>,
    squares: Memory<F>,
}

impl<F: Float> Adam<F> {
    /// Adam with its authors' β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
    pub fn new(learning_rate: F) -> Self {
        Self {
            learning_rate,
            beta1: F::of(0.9),
            beta2: F::of(0.999),
            epsilon: F::of(1e-8),
            steps: 0,
            means: Memory::new(),
            squares: Memory::new(),
        }
    }

    /// What a checkpoint keeps: the number of steps so far, and m and v of each parameter.
    pub fn state(&self) -> (i32, impl Iterator<Item = (&ArrayD<F>, &ArrayD<F>)>) {
        (self.steps, self.means.0.iter().zip(&self.squares.0))
    }

    /// Goes on from what [`state`](Self::state) gave.
    pub fn set_state(&mut self, steps: i32, moments: Vec<(ArrayD<F>, ArrayD<F>)>) {
        self.steps = steps;
        (self.means.0, self.squares.0) = moments.into_iter().unzip();
    }
}

// ANCHOR: update
impl<F: Float> Optimizer<F> for Adam<F> {
    fn update(&mut self, params: Vec<Param<'_, F>>) {
        self.steps += 1;
        let (one, beta1, beta2, epsilon) = (F::one(), self.beta1, self.beta2, self.epsilon);
        let rate = self.learning_rate / (one - beta1.powi(self.steps));
        let unbias = one / (one - beta2.powi(self.steps));
        self.squares.begin(&params);
        for ((mut p, m), v) in self.means.beside(params).zip(&mut self.squares.0) {
            in_blocks(&mut p, m, v, |w, g, m, v| {
                *m = beta1 * *m + (one - beta1) * g;
                *v = beta2 * *v + (one - beta2) * g * g;
                *w -= rate * *m / ((*v * unbias).sqrt() + epsilon);
            });
        }
    }
}
// ANCHOR_END: update
