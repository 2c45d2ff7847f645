//! Optimizers: from gradients to better weights, one rule a file.

mod ada_grad;
mod adam;
mod adam_w;
mod clip;
mod momentum;
mod nesterov;
mod rms_prop;
mod sgd;
mod weight_decay;

pub use ada_grad::AdaGrad;
pub use adam::Adam;
pub use adam_w::AdamW;
pub use clip::clip_by_norm;
pub use momentum::Momentum;
use ndarray::ArrayD;
pub use nesterov::Nesterov;
pub use rms_prop::RmsProp;
pub use sgd::Sgd;
pub use weight_decay::{WeightDecay, l2_penalty};

use crate::Float;
use crate::layer::Param;

/// A rule that changes weights by their gradients.
pub trait Optimizer<F: Float> {
    /// One step, in place, for parameters that come in the same order every time.
    ///
    /// # Panics
    /// If they are not those of the step before: one optimizer serves one network.
    fn update(&mut self, params: Vec<Param<'_, F>>);

    /// Its learning rate, which a schedule may change between two steps; `None` if it has none.
    fn learning_rate(&mut self) -> Option<&mut F> {
        None
    }

    /// What it remembers from step to step, by the letter that its formula has for it: what a
    /// checkpoint keeps.
    fn slots(&mut self) -> Vec<(&'static str, &mut Slots<F>)> {
        Vec::new()
    }

    /// How many steps it has taken, for rules in which the first steps differ.
    fn steps(&mut self) -> Option<&mut i32> {
        None
    }

    /// This rule for a loss with the L2 penalty ½·λ·Σ W²: see [`WeightDecay`].
    fn with_weight_decay(self, lambda: F) -> WeightDecay<F, Self>
    where
        Self: Sized,
    {
        WeightDecay { lambda, inner: self }
    }
}

// ANCHOR: slots
/// What an optimizer remembers about each parameter: an array of its shape, zeros at first. Nothing
/// is there before the first step.
pub struct Slots<F>(Vec<ArrayD<F>>);

impl<F: Float> Slots<F> {
    fn new() -> Self {
        Self(Vec::new())
    }

    /// Each parameter with its slot.
    fn zip<'s, 'p>(
        &'s mut self,
        params: Vec<Param<'p, F>>,
    ) -> impl Iterator<Item = (Param<'p, F>, &'s mut ArrayD<F>)> {
        self.begin(&params);
        params.into_iter().zip(&mut self.0)
    }

    fn begin(&mut self, params: &[Param<'_, F>]) {
        if self.0.is_empty() {
            self.0 = params.iter().map(|p| ArrayD::zeros(p.value.raw_dim())).collect();
        }
        assert_eq!(self.0.len(), params.len(), "one optimizer serves one network");
    }

    // ANCHOR_END: slots

    /// The arrays, in the order of the parameters; none before the first step.
    pub fn arrays(&self) -> &[ArrayD<F>] {
        &self.0
    }

    /// Puts arrays in their place, as a checkpoint has kept them.
    pub fn set(&mut self, arrays: Vec<ArrayD<F>>) {
        self.0 = arrays;
    }
}
