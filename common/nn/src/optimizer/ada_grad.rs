//! A learning rate for each weight, smaller the further it has come.

use ndarray::Zip;

use super::{Optimizer, Slots};
use crate::Float;
use crate::layer::Param;

/// h ← h + g², W ← W − η·g / (√h + ε) (Duchi, Hazan and Singer, 2011).
pub struct AdaGrad<F> {
    /// η, how far the first step goes.
    pub learning_rate: F,
    /// Keeps the division finite where no gradient was ever seen.
    pub epsilon: F,
    squares: Slots<F>,
}

impl<F: Float> AdaGrad<F> {
    /// The rule with ε = 1e-10.
    pub fn new(learning_rate: F) -> Self {
        Self { learning_rate, epsilon: F::of(1e-10), squares: Slots::new() }
    }
}

// ANCHOR: update
impl<F: Float> Optimizer<F> for AdaGrad<F> {
    fn update(&mut self, params: Vec<Param<'_, F>>) {
        let (rate, epsilon) = (self.learning_rate, self.epsilon);
        for (mut p, h) in self.squares.zip(params) {
            Zip::from(&mut p.value).and(&p.grad).and(h).for_each(|w, &g, h| {
                *h += g * g;
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
