//! Momentum that looks ahead.

use ndarray::Zip;

use super::{Optimizer, Slots};
use crate::Float;
use crate::layer::Param;

/// v ← α·v − η·g, W ← W + α·v − η·g: momentum whose gradient is taken where the ball will be, not
/// where it is (Nesterov, 1983; in this form Bengio and others, 2012).
pub struct Nesterov<F> {
    /// η, how strongly a slope pushes.
    pub learning_rate: F,
    /// α, how much of the velocity lasts to the next step.
    pub momentum: F,
    velocity: Slots<F>,
}

impl<F: Float> Nesterov<F> {
    /// The rule with α = 0.9.
    pub fn new(learning_rate: F) -> Self {
        Self { learning_rate, momentum: F::of(0.9), velocity: Slots::new() }
    }
}

// ANCHOR: update
impl<F: Float> Optimizer<F> for Nesterov<F> {
    fn update(&mut self, params: Vec<Param<'_, F>>) {
        let (rate, momentum) = (self.learning_rate, self.momentum);
        for (mut p, v) in self.velocity.zip(params) {
            Zip::from(&mut p.value).and(&p.grad).and(v).for_each(|w, &g, v| {
                *v = momentum * *v - rate * g;
                *w += momentum * *v - rate * g;
            });
        }
    }
    // ANCHOR_END: update

    fn learning_rate(&mut self) -> Option<&mut F> {
        Some(&mut self.learning_rate)
    }

    fn slots(&mut self) -> Vec<(&'static str, &mut Slots<F>)> {
        vec![("v", &mut self.velocity)]
    }
}
