//! Optimizers: from gradients to better weights.

use ndarray::ArrayD;

use crate::Float;
use crate::blocks::in_blocks;
use crate::layer::Param;

/// A rule that changes weights by their gradients.
pub trait Optimizer<F: Float> {
    /// One step, in place, for parameters that come in the same order every time.
    fn update(&mut self, params: Vec<Param<'_, F>>);
}

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
}
// ANCHOR_END: sgd

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
    moments: Vec<(ArrayD<F>, ArrayD<F>)>,
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
            moments: Vec::new(),
        }
    }

    /// What a checkpoint keeps: the number of steps so far, and m and v of each parameter.
    pub fn state(&self) -> (i32, impl Iterator<Item = (&ArrayD<F>, &ArrayD<F>)>) {
        (self.steps, self.moments.iter().map(|(m, v)| (m, v)))
    }

    /// Goes on from what [`state`](Self::state) gave.
    pub fn set_state(&mut self, steps: i32, moments: Vec<(ArrayD<F>, ArrayD<F>)>) {
        (self.steps, self.moments) = (steps, moments);
    }
}

impl<F: Float> Optimizer<F> for Adam<F> {
    fn update(&mut self, params: Vec<Param<'_, F>>) {
        if self.moments.is_empty() {
            let zeros = |p: &Param<'_, F>| ArrayD::zeros(p.value.raw_dim());
            self.moments = params.iter().map(|p| (zeros(p), zeros(p))).collect();
        }
        assert_eq!(self.moments.len(), params.len(), "Adam: one optimizer serves one network");
        self.steps += 1;
        let (one, beta1, beta2, epsilon) = (F::one(), self.beta1, self.beta2, self.epsilon);
        let rate = self.learning_rate / (one - beta1.powi(self.steps));
        let unbias = one / (one - beta2.powi(self.steps));
        for (mut p, (m, v)) in params.into_iter().zip(&mut self.moments) {
            in_blocks(&mut p, m, v, |w, g, m, v| {
                *m = beta1 * *m + (one - beta1) * g;
                *v = beta2 * *v + (one - beta2) * g * g;
                *w -= rate * *m / ((*v * unbias).sqrt() + epsilon);
            });
        }
    }
}
