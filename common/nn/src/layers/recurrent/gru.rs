//! The gated recurrent unit.

use std::iter::zip;

use super::Recurrent;
use super::cell::{Cell, CellBackward, CellForward, gates, gates_mut};
use crate::Float;
use crate::random::Generator;

// ANCHOR: gru
/// Outputs that are kept or replaced, unit by unit (Cho et al., 2014; the reset gate stands behind the
/// product, as in PyTorch).
///
/// With (r, z, n) = x·Wx + b and (r′, z′, n′) = h₋₁·Wh + bh, in this order, as PyTorch has it:
/// h = (1 − z)·n + z·h₋₁, where r = σ(r + r′), z = σ(z + z′) and n = tanh(n + r·n′).
/// From N×T×D to N×T×H; Wx is D×3H, Wh is H×3H.
pub type Gru<F> = Recurrent<F, GruCell>;

/// The step of a [`Gru`].
pub struct GruCell;

impl Cell for GruCell {
    const NAME: &'static str = "Gru";
    const GATES: usize = 3;
    const HIDDEN_APART: bool = true;

    #[inline(always)]
    fn forward<F: Float>(step: CellForward<'_, F>) {
        let ([r, z, n], [ur, uz, un]) = (gates_mut(step.a), gates(step.u));
        for (gate, u) in [(&mut *r, ur), (&mut *z, uz)] {
            zip(gate, u).for_each(|(sum, &u)| *sum = (*sum + u).fast_sigmoid());
        }
        for (n, (&r, &un)) in zip(&mut *n, zip(&*r, un)) {
            *n = (*n + r * un).fast_tanh();
        }
        for (h, (&z, (&n, &h_before))) in zip(step.h, zip(&*z, zip(&*n, step.before.0))) {
            *h = (F::one() - z) * n + z * h_before;
        }
    }

    #[inline(always)]
    fn backward<F: Float>(step: CellBackward<'_, F>) {
        let one = F::one();
        let ([r, z, n], [ur, uz, un]) = (gates_mut(step.a), gates_mut(step.u));
        for ((dh, &h_before), (z, n)) in zip(zip(step.dh, step.before.0), zip(&mut *z, &mut *n)) {
            let dn = *dh * (one - *z) * (one - *n * *n);
            let dz = *dh * (h_before - *n) * *z * (one - *z);
            *dh *= *z;
            (*z, *n) = (dz, dn);
        }
        for (r, (&dn, un)) in zip(&mut *r, zip(&*n, un)) {
            (*r, *un) = (dn * *un * *r * (one - *r), dn * *r);
        }
        ur.copy_from_slice(r);
        uz.copy_from_slice(z);
    }
}
// ANCHOR_END: gru

impl<F: Float> Gru<F> {
    /// A layer from `inputs` numbers a step to `units`, with random weights and biases of zero.
    pub fn new(inputs: usize, units: usize, rng: &mut Generator) -> Self {
        Self::random(inputs, units, rng)
    }
}
