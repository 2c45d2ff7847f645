//! Long short-term memory.

use std::iter::zip;

use super::Recurrent;
use super::cell::{Cell, CellBackward, CellForward, gates_mut, squash_all};
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
        let [i, f, g, o] = gates_mut(step.a);
        squash_all(i, F::fast_sigmoid);
        squash_all(f, F::fast_sigmoid);
        squash_all(g, F::fast_tanh);
        squash_all(o, F::fast_sigmoid);
        let (kept, new) = (zip(&*f, step.before.1), zip(&*i, &*g));
        for (c, ((&f, &c_before), (&i, &g))) in zip(&mut *step.c, zip(kept, new)) {
            *c = f * c_before + i * g;
        }
        for (h, (&o, &c)) in zip(step.h, zip(&*o, &*step.c)) {
            *h = o * c.fast_tanh();
        }
    }

    #[inline(always)]
    fn backward<F: Float>(step: CellBackward<'_, F>) {
        let one = F::one();
        let [i, f, g, o] = gates_mut(step.a);
        for ((dh, dc), (o, &c)) in zip(zip(&*step.dh, &mut *step.dc), zip(o, step.after.1)) {
            let tanh_c = c.fast_tanh();
            *dc += *dh * *o * (one - tanh_c * tanh_c);
            *o = *dh * tanh_c * *o * (one - *o);
        }
        for (&dc, (i, g)) in zip(&*step.dc, zip(i, g)) {
            (*i, *g) = (dc * *g * *i * (one - *i), dc * *i * (one - *g * *g));
        }
        for (dc, (f, &c_before)) in zip(step.dc, zip(f, step.before.1)) {
            (*f, *dc) = (*dc * c_before * *f * (one - *f), *dc * *f);
        }
        step.dh.fill(F::zero()); // all of it goes through Wh
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
