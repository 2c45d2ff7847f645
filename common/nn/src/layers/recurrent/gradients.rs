//! The gradients of a recurrent layer's weights and biases.

use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;

use super::cell::Cell;
use super::through_time::{Part, slice, slice_mut};
use crate::Float;
use crate::kernels::panels::{self, Sums, add_transposed_panels};

/// Panels that are one thread's work.
const PANELS: usize = 4;

/// The gradients of Wx, Wh and both biases, to be filled.
pub(super) struct Gradients<'a, F: Float> {
    pub wx: &'a mut Array2<F>,
    pub wh: &'a mut Array2<F>,
    pub b: &'a mut Array1<F>,
    pub bh: &'a mut Array1<F>,
}

impl<F: Float> Gradients<'_, F> {
    // ANCHOR: weights
    /// What all steps add up to once ∂loss/∂sums are known: some columns of both weights are one thread's
    /// work, and it takes the parts one after the other, so that every number is one sum, whoever
    /// computes it.
    pub(super) fn fill<C: Cell>(self, parts: &[Part<F>]) {
        let (inputs, units) = (self.wx.nrows(), self.wh.nrows());
        let (columns, width) = (self.b.len(), panels::width::<F>());
        let of_columns = |j: usize| {
            let [mut wx, mut wh] = [inputs, units].map(|rows| zeros(PANELS * rows * width));
            for part in parts {
                let x = Sums { a: slice(&part.x), columns: inputs, sums: &mut wx };
                let h = Sums { a: slice(&part.h), columns: units, sums: &mut wh };
                let (da, du) = ((slice(&part.a), columns), (slice(&part.u), columns));
                if C::HIDDEN_APART {
                    add_transposed_panels(&mut [x], da, j, PANELS);
                    add_transposed_panels(&mut [h], du, j, PANELS);
                } else {
                    add_transposed_panels(&mut [x, h], da, j, PANELS);
                }
            }
            (j, wx, wh)
        };
        let work = (0..columns).into_par_iter().step_by(PANELS * width);
        for (j, wx, wh) in work.map(of_columns).collect::<Vec<_>>() {
            set_columns(self.wx, j, &wx);
            set_columns(self.wh, j, &wh);
            [wx, wh].into_iter().for_each(F::recycle);
        }
        self.b.fill(F::zero());
        self.bh.fill(F::zero());
        for part in parts {
            *self.b += &part.a.sum_axis(Axis(0));
            *self.bh += &part.u.sum_axis(Axis(0));
        }
    }
    // ANCHOR_END: weights
}

/// The columns of a matrix from `j` on become those of the panels.
fn set_columns<F: Float>(to: &mut Array2<F>, j: usize, panels: &[F]) {
    let ((rows, columns), width) = (to.dim(), panels::width::<F>());
    for (r, row) in slice_mut(to).chunks_exact_mut(columns).enumerate() {
        for (p, row) in row[j..].chunks_mut(width).take(PANELS).enumerate() {
            row.copy_from_slice(&panels[(p * rows + r) * width..][..row.len()]);
        }
    }
}

fn zeros<F: Float>(count: usize) -> Vec<F> {
    let mut zeros = F::blank(count);
    zeros.fill(F::zero());
    zeros
}
