//! The gated recurrent unit.

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
        let (h_before, h) = (step.before.0, step.h);
        for j in 0..h.len() {
            r[j] = (r[j] + ur[j]).fast_sigmoid();
            z[j] = (z[j] + uz[j]).fast_sigmoid();
            n[j] = (n[j] + r[j] * un[j]).fast_tanh();
            h[j] = (F::one() - z[j]) * n[j] + z[j] * h_before[j];
        }
    }

    #[inline(always)]
    fn backward<F: Float>(step: CellBackward<'_, F>) {
        let one = F::one();
        let ([r, z, n], [ur, uz, un]) = (gates_mut(step.a), gates_mut(step.u));
        let (h_before, dh) = (step.before.0, step.dh);
        for j in 0..dh.len() {
            let dn = dh[j] * (one - z[j]) * (one - n[j] * n[j]);
            let dr = dn * un[j] * r[j] * (one - r[j]);
            let dz = dh[j] * (h_before[j] - n[j]) * z[j] * (one - z[j]);
            dh[j] *= z[j];
            (ur[j], uz[j], un[j]) = (dr, dz, dn * r[j]);
            (r[j], z[j], n[j]) = (dr, dz, dn);
        }
    }
}
// ANCHOR_END: gru

impl<F: Float> Gru<F> {
    /// A layer from `inputs` numbers a step to `units`, with random weights and biases of zero.
    pub fn new(inputs: usize, units: usize, rng: &mut Generator) -> Self {
        Self::random(inputs, units, rng)
    }
}
