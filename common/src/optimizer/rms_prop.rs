//! AdaGrad that forgets.

use ndarray::Zip;

use super::{Memory, Optimizer};
use crate::Float;
use crate::layer::Param;

/// h ← ρ·h + (1−ρ)·g², W ← W − η·g / (√h + ε) (Tieleman and Hinton, 2012).
pub struct RmsProp<F> {
    /// η, about how far each step goes once h has warmed up.
    pub learning_rate: F,
    /// ρ, how much of the mean square h lasts to the next step.
    pub decay: F,
    /// Keeps the division finite.
    pub epsilon: F,
    squares: Memory<F>,
}

impl<F: Float> RmsProp<F> {
    /// The rule with ρ = 0.99, ε = 1e-8.
    pub fn new(learning_rate: F) -> Self {
        Self { learning_rate, decay: F::of(0.99), epsilon: F::of(1e-8), squares: Memory::new() }
    }
}

// ANCHOR: update
impl<F: Float> Optimizer<F> for RmsProp<F> {
    fn update(&mut self, params: Vec<Param<'_, F>>) {
        let (rate, decay, epsilon) = (self.learning_rate, self.decay, self.epsilon);
        for (mut p, h) in self.squares.beside(params) {
            Zip::from(&mut p.value).and(&p.grad).and(h).for_each(|w, &g, h| {
                *h = decay * *h + (F::one() - decay) * g * g;
                *w -= rate * g / (h.sqrt() + epsilon);
            });
        }
    }
}
// ANCHOR_END: update
