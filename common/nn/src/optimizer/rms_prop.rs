//! AdaGrad that forgets.

use ndarray::Zip;

use super::{Optimizer, Slots};
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
    squares: Slots<F>,
}

impl<F: Float> RmsProp<F> {
    /// The rule with ρ = 0.99, ε = 1e-8.
    pub fn new(learning_rate: F) -> Self {
        Self { learning_rate, decay: F::of(0.99), epsilon: F::of(1e-8), squares: Slots::new() }
    }
}

// ANCHOR: update
impl<F: Float> Optimizer<F> for RmsProp<F> {
    fn update(&mut self, params: Vec<Param<'_, F>>) {
        let (rate, decay, epsilon) = (self.learning_rate, self.decay, self.epsilon);
        for (mut p, h) in self.squares.zip(params) {
            Zip::from(&mut p.value).and(&p.grad).and(h).for_each(|w, &g, h| {
                *h = decay * *h + (F::one() - decay) * g * g;
                *w -= rate * g / (h.sqrt() + epsilon);
            });
        }
    }
    // ANCHOR_END: update

    fn learning_rate(&mut self) -> Option<&mut F> {
        Some(&mut self.learning_rate)
    }

    fn slots(&mut self) -> Vec<(&'static str, &mut Slots<F>)> {
        vec![("h", &mut self.squares)]
    }
}
