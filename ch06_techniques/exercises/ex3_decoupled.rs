//! Exercise 3: two ways to let weights decay, and when they are one.
//!
//! AdamW shrinks weights beside the gradient; the L2 penalty adds λ·W to it. Wanted: SGD in the
//! manner of AdamW, W ← W − η·λ·W, then W ← W − η·g, where only weights decay
//! (`Param::decays`). The judge compares it with SGD under the L2 penalty. Do they differ?
//!
//! Judge: cargo test -p ch06_techniques -- --ignored ex3

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
        todo!("`p.value.mapv_inplace(…)` shrinks, `p.value.scaled_add(…, &p.grad)` steps")
    }
}
