//! Matrix products over threads.

use ndarray::linalg::general_mat_mul;
use ndarray::parallel::prelude::*;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};

use crate::Float;

/// Multiplications that make a block worth a thread: with fewer it costs more than it gains.
const WORTH_A_THREAD: usize = 1 << 20;
/// Every block of rows arranges all of `b` anew for the processor's cache; with fewer rows than
/// this that costs as much as the product itself.
const WORTH_A_BLOCK: usize = 32;

/// c = a·b, with `a` n×k, `b` k×m, `c` n×m.
///
/// The rows of `c` are shared out in blocks, and each entry is one sum made by one thread, in one
/// order: the same bits for any number of blocks and threads.
pub fn matmul_into<F: Float>(
    a: ArrayView2<'_, F>,
    b: ArrayView2<'_, F>,
    mut c: ArrayViewMut2<'_, F>,
) {
    assert_eq!((a.nrows(), b.ncols()), c.dim(), "matmul: the product's shape");
    let work = a.nrows() * a.ncols() * b.ncols();
    let worth = (work / WORTH_A_THREAD).min(a.nrows() / WORTH_A_BLOCK).clamp(1, 16);
    let blocks = if rayon::current_num_threads() == 1 { 1 } else { worth };
    let rows = a.nrows().div_ceil(blocks).max(1);
    let product = |a: ArrayView2<'_, F>, mut c: ArrayViewMut2<'_, F>| {
        general_mat_mul(F::one(), &a, &b, F::zero(), &mut c);
    };
    if blocks == 1 {
        return product(a, c);
    }
    c.axis_chunks_iter_mut(Axis(0), rows)
        .into_par_iter()
        .zip(a.axis_chunks_iter(Axis(0), rows))
        .for_each(|(c, a)| product(a, c));
}
