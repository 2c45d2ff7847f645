//! A solution of exercise 3: two ways to let weights decay, and when they are one.

use common::layer::Param;
use common::optimizer::Optimizer;

/// Stochastic gradient descent with weight decay beside the gradient.
pub struct SgdW {
    /// η.
    pub learning_rate: f64,
    /// λ.
    pub lambda: f64,
}

impl Optimizer<f64> for SgdW {
    fn update(&mut self, params: Vec<Param<'_, f64>>) {
        let rest = 1.0 - self.learning_rate * self.lambda;
        for mut p in params {
            if p.decays {
                p.value.mapv_inplace(|w| rest * w);
            }
            p.value.scaled_add(-self.learning_rate, &p.grad);
        }
    }
}
