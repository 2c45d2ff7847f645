//! Long short-term memory.

use super::Recurrent;
use super::cell::{Cell, CellBackward, CellForward, gates, gates_mut};
use crate::Float;
use crate::random::Generator;

// ANCHOR: lstm
/// Memory cells that add up, and three gates around them (Hochreiter and Schmidhuber, 1997, with the
/// forget gate of Gers, Schmidhuber and Cummins, 2000).
///
/// With (i, f, g, o) = x·Wx + h₋₁·Wh + b, in this order, as PyTorch has it:
/// c = σ(f)·c₋₁ + σ(i)·tanh(g), and h = σ(o)·tanh(c).
/// From N×T×D to N×T×H; Wx is D×4H, Wh is H×4H.
pub type Lstm<F> = Recurrent<F, LstmCell>;

/// The step of an [`Lstm`].
pub struct LstmCell;

impl Cell for LstmCell {
    const NAME: &'static str = "Lstm";
    const GATES: usize = 4;
    const HAS_MEMORY: bool = true;

    #[inline(always)]
    fn forward<F: Float>(step: CellForward<'_, F>) {
        let ([i, f, g, o], [ui, uf, ug, uo]) = (gates_mut(step.a), gates(step.u));
        let (c_before, c, h) = (step.before.1, step.c, step.h);
        for j in 0..h.len() {
            i[j] = (i[j] + ui[j]).fast_sigmoid();
            f[j] = (f[j] + uf[j]).fast_sigmoid();
            g[j] = (g[j] + ug[j]).fast_tanh();
            o[j] = (o[j] + uo[j]).fast_sigmoid();
            c[j] = f[j] * c_before[j] + i[j] * g[j];
            h[j] = o[j] * c[j].fast_tanh();
        }
    }

    #[inline(always)]
    fn backward<F: Float>(step: CellBackward<'_, F>) {
        let one = F::one();
        let [i, f, g, o] = gates_mut(step.a);
        let (c_before, c, dh, dc) = (step.before.1, step.after.1, step.dh, step.dc);
        for j in 0..dh.len() {
            let tanh_c = c[j].fast_tanh();
            let through_h = dh[j] * o[j] * (one - tanh_c * tanh_c);
            let dc_j = dc[j] + through_h;
            let (input, candidate) = (i[j], g[j]);
            o[j] = dh[j] * tanh_c * o[j] * (one - o[j]);
            i[j] = dc_j * candidate * input * (one - input);
            g[j] = dc_j * input * (one - candidate * candidate);
            dc[j] = dc_j * f[j];
            f[j] = dc_j * c_before[j] * f[j] * (one - f[j]);
            dh[j] = F::zero(); // all of it goes through Wh
        }
    }
}
// ANCHOR_END: lstm

impl<F: Float> Lstm<F> {
    /// A layer from `inputs` numbers a step to `units`, with random weights and a bias of zero, but
    /// for the forget gate's, which is 1: the cells remember from the start (as Gers, Schmidhuber and
    /// Cummins, 2000, proposed, and Jozefowicz, Zaremba and Sutskever, 2015, found best).
    pub fn new(inputs: usize, units: usize, rng: &mut Generator) -> Self {
        Self::random(inputs, units, rng).with_forget_bias(F::one())
    }

    /// The layer with this bias for all forget gates.
    pub fn with_forget_bias(mut self, bias: F) -> Self {
        let units = self.units();
        self.b.slice_mut(ndarray::s![units..2 * units]).fill(bias);
        self
    }
}
