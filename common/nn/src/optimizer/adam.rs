//! Momentum and RMSprop in one.

use super::{Optimizer, Slots};
use crate::Float;
use crate::kernels::elementwise;
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
    /// How much of the mean square v lasts to the next step.
    pub beta2: F,
    /// Keeps the division finite.
    pub epsilon: F,
    steps: i32,
    means: Slots<F>,
    squares: Slots<F>,
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
            means: Slots::new(),
            squares: Slots::new(),
        }
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
        for ((mut p, m), v) in self.means.zip(params).zip(&mut self.squares.0) {
            elementwise::update(&mut p.value, &p.grad, (m, v), |w, g, m, v| {
                *m = beta1 * *m + (one - beta1) * g;
                *v = beta2 * *v + (one - beta2) * g * g;
                *w -= rate * *m / ((*v * unbias).sqrt() + epsilon);
            });
        }
    }
    // ANCHOR_END: update

    fn learning_rate(&mut self) -> Option<&mut F> {
        Some(&mut self.learning_rate)
    }

    fn slots(&mut self) -> Vec<(&'static str, &mut Slots<F>)> {
        vec![("m", &mut self.means), ("v", &mut self.squares)]
    }

    fn steps(&mut self) -> Option<&mut i32> {
        Some(&mut self.steps)
    }
}
