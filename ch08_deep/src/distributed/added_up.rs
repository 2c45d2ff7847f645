//! The whole idea in an optimizer: add up the gradients of all ranks, and go on as if there were
//! one.

use common::layer::Param;
use common::optimizer::Optimizer;

use super::all_reduce::all_reduce;
use super::team::Team;

// ANCHOR: added_up
/// An optimizer that first adds up the gradients of all ranks: each has learned from another part
/// of the batch, and all take the same step.
pub struct AddedUp<O, T> {
    /// The rule that takes the step.
    pub inner: O,
    /// The ranks.
    pub team: T,
}

impl<O: Optimizer<f32>, T: Team> Optimizer<f32> for AddedUp<O, T> {
    fn update(&mut self, mut params: Vec<Param<'_, f32>>) {
        let mut sums: Vec<f32> = params.iter().flat_map(|p| p.grad.iter().copied()).collect();
        all_reduce(&mut self.team, &mut sums);
        let mut sums = sums.iter();
        params.iter_mut().flat_map(|p| &mut p.grad).zip(&mut sums).for_each(|(g, sum)| *g = *sum);
        self.inner.update(params);
    }
}
// ANCHOR_END: added_up
