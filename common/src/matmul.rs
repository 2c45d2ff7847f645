//! Matrix products over threads.

use ndarray::linalg::general_mat_mul;
use ndarray::parallel::prelude::*;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};

use crate::Float;

/// Multiplications that make a block worth a thread: with fewer it costs more than it gains.
const WORTH_A_THREAD: usize = 1 << 20;

/// c = a·b, with `a` n×k, `b` k×m, `c` n×m.
///
/// The rows of `c` are shared out in blocks whose size depends on the shapes alone, and each
/// entry is one sum made by one thread: the same bits for any number of threads.
pub fn matmul_into<F: Float>(
    a: ArrayView2<'_, F>,
    b: ArrayView2<'_, F>,
    mut c: ArrayViewMut2<'_, F>,
) {
    assert_eq!((a.nrows(), b.ncols()), c.dim(), "matmul: the product's shape");
    let work = a.nrows() * a.ncols() * b.ncols();
    let blocks = (work / WORTH_A_THREAD).clamp(1, 16);
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
