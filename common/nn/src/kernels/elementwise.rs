//! A small computation for every number of some arrays, over threads.
//!
//! Each number is computed on its own, so threads cannot change the result. Blocks are plain slices,
//! which the compiler turns into vector instructions.

use ndarray::{ArrayD, ArrayViewMutD};
use rayon::prelude::*;

use crate::scalar::Scalar;

/// Numbers of a block: enough to be worth a thread's while.
const BLOCK: usize = 1 << 14;

/// Calls `f` for each number of `w` with its gradient in `g`, and the two numbers that an optimizer
/// keeps beside it in `m` and `v`; all four are of one shape, in standard order.
pub(crate) fn update<F: Scalar>(
    w: &mut ArrayViewMutD<'_, F>,
    g: &ArrayViewMutD<'_, F>,
    (m, v): (&mut ArrayD<F>, &mut ArrayD<F>),
    f: impl Fn(&mut F, F, &mut F, &mut F) + Sync,
) {
    let ordered = "parameters lie in standard order";
    let w = w.as_slice_mut().expect(ordered).par_chunks_mut(BLOCK);
    let g = g.as_slice().expect(ordered).par_chunks(BLOCK);
    let m = m.as_slice_mut().expect(ordered).par_chunks_mut(BLOCK);
    let v = v.as_slice_mut().expect(ordered).par_chunks_mut(BLOCK);
    w.zip(g).zip(m.zip(v)).for_each(|((w, g), (m, v))| {
        for ((w, &g), (m, v)) in w.iter_mut().zip(g).zip(m.iter_mut().zip(v)) {
            f(w, g, m, v);
        }
    });
}

/// Calls `f` for each number of a batch with what is kept beside it, one thing for each number.
pub(crate) fn map_with<F: Scalar, K: Send>(
    x: &mut [F],
    kept: &mut [K],
    f: impl Fn(&mut F, &mut K) + Sync,
) {
    x.par_chunks_mut(BLOCK).zip(kept.par_chunks_mut(BLOCK)).for_each(|(x, kept)| {
        x.iter_mut().zip(kept).for_each(|(x, kept)| f(x, kept));
    });
}
