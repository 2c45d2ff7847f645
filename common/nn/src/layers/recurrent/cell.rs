//! What tells one recurrent layer from another: what is computed for one sequence at one step.
//!
//! Cells go over their units in several short loops, each over few slices: such loops the compiler
//! turns into vector instructions.

use crate::Float;

// ANCHOR: cell
/// The step of a recurrent layer, for one sequence. H is the number of its units; G the number of
/// sums that it makes for each of them, its gates.
pub trait Cell: Send + Sync + 'static {
    /// What tables call the layer.
    const NAME: &'static str;
    /// G.
    const GATES: usize;
    /// Whether there are memory cells besides the outputs.
    const HAS_MEMORY: bool = false;
    /// Whether h₋₁·Wh enters its gates in another way than as a summand of x·Wx + b. Then it has a bias of
    /// its own.
    const HIDDEN_APART: bool = false;

    /// From the sums to the outputs.
    fn forward<F: Float>(step: CellForward<'_, F>);

    /// From ∂loss/∂output to ∂loss/∂sum.
    fn backward<F: Float>(step: CellBackward<'_, F>);
}

/// One step forward of one sequence.
pub struct CellForward<'a, F> {
    /// Before: the sums x·Wx + h₋₁·Wh + b, G·H numbers. After: the gates.
    pub a: &'a mut [F],
    /// Where h₋₁·Wh is kept apart and not in `a`: it, with its bias, G·H numbers. Else nothing.
    pub u: &'a [F],
    /// The outputs of the step before, H numbers, and its memory cells.
    pub before: (&'a [F], &'a [F]),
    /// The outputs of this step, to be filled.
    pub h: &'a mut [F],
    /// The memory cells of this step, to be filled.
    pub c: &'a mut [F],
}

/// One step back of one sequence.
pub struct CellBackward<'a, F> {
    /// Before: the gates. After: ∂loss/∂(the sums).
    pub a: &'a mut [F],
    /// Where h₋₁·Wh is kept apart. Before: it. After: ∂loss/∂(h₋₁·Wh). Else nothing.
    pub u: &'a mut [F],
    /// The outputs of the step before, and its memory cells.
    pub before: (&'a [F], &'a [F]),
    /// The outputs of this step, and its memory cells.
    pub after: (&'a [F], &'a [F]),
    /// Before: ∂loss/∂h. After: ∂loss/∂(outputs of the step before), but for what goes through Wh.
    pub dh: &'a mut [F],
    /// Before: ∂loss/∂c. After: ∂loss/∂(memory cells of the step before).
    pub dc: &'a mut [F],
}
// ANCHOR_END: cell

/// The gates of a step, H numbers each.
#[inline(always)]
pub(super) fn gates<F, const G: usize>(a: &[F]) -> [&[F]; G] {
    let units = a.len() / G;
    std::array::from_fn(|g| &a[g * units..][..units])
}

/// The gates of a step, to be changed.
#[inline(always)]
pub(super) fn gates_mut<F, const G: usize>(a: &mut [F]) -> [&mut [F]; G] {
    let mut gates = a.chunks_exact_mut(a.len() / G);
    std::array::from_fn(|_| gates.next().expect("a gate"))
}

/// Each sum becomes `squash` of it.
#[inline(always)]
pub(super) fn squash_all<F: Float>(sums: &mut [F], squash: impl Fn(F) -> F) {
    sums.iter_mut().for_each(|sum| *sum = squash(*sum));
}
