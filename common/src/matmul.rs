//! Matrix products over threads.

use ndarray::linalg::general_mat_mul;
use ndarray::parallel::prelude::*;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};

use crate::Float;

/// Multiplications that make a block worth a thread: with fewer it costs more than it gains.
const WORTH_A_THREAD: usize = 1 << 20;
/// More parts than this would leave too little work in each.
const PARTS: usize = 16;
/// Rows or columns of a part at least: each part reads all of the other factor anew.
const LEAST: usize = 32;

/// c = a·b, with `a` n×k, `b` k×m, `c` n×m.
///
/// The work is shared out in parts whose size depends on the shapes alone: blocks of rows or of
/// columns of `c`, whichever there are more of, or of `k` where that is much longer than both, and
/// then the parts' sums are added in order. The result has the same bits for any number of threads.
pub fn matmul_into<F: Float>(
    a: ArrayView2<'_, F>,
    b: ArrayView2<'_, F>,
    mut c: ArrayViewMut2<'_, F>,
) {
    assert_eq!((a.nrows(), b.ncols()), c.dim(), "matmul: the product's shape");
    let (n, k, m) = (a.nrows(), a.ncols(), b.ncols());
    let parts = (n * k * m / WORTH_A_THREAD).clamp(1, PARTS);
    if parts == 1 {
        product(a, b, c);
    } else if k > 8 * (n + m) {
        sum_of_products(a, b, c, k.div_ceil(parts));
    } else if rayon::current_num_threads() == 1 {
        // The same sums in the same order, without reading the other factor anew for each part.
        product(a, b, c);
    } else if n >= m {
        let rows = n.div_ceil(parts).max(LEAST);
        let blocks = c.axis_chunks_iter_mut(Axis(0), rows).into_par_iter();
        blocks.zip(a.axis_chunks_iter(Axis(0), rows)).for_each(|(c, a)| product(a, b, c));
    } else {
        let columns = m.div_ceil(parts).max(LEAST);
        let blocks = c.axis_chunks_iter_mut(Axis(1), columns).into_par_iter();
        blocks.zip(b.axis_chunks_iter(Axis(1), columns)).for_each(|(c, b)| product(a, b, c));
    }
}

/// c = a·b on one thread.
fn product<F: Float>(a: ArrayView2<'_, F>, b: ArrayView2<'_, F>, mut c: ArrayViewMut2<'_, F>) {
    general_mat_mul(F::one(), &a, &b, F::zero(), &mut c);
}

/// c = a·b as the sum of products of `depth` columns of a with as many rows of b.
fn sum_of_products<F: Float>(
    a: ArrayView2<'_, F>,
    b: ArrayView2<'_, F>,
    mut c: ArrayViewMut2<'_, F>,
    depth: usize,
) {
    let slices = a.axis_chunks_iter(Axis(1), depth).into_par_iter();
    let products: Vec<_> =
        slices.zip(b.axis_chunks_iter(Axis(0), depth)).map(|(a, b)| a.dot(&b)).collect();
    c.fill(F::zero());
    for part in products {
        c += &part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn every_way_to_share_the_work_gives_the_product() {
        // More rows, more columns, much deeper than wide; whole numbers make the sums exact.
        for (n, k, m) in [(3, 4, 5), (400, 80, 70), (70, 80, 401), (31, 5001, 29)] {
            let a = Array2::from_shape_fn((n, k), |(i, j)| ((i * 7 + j * 3) % 11) as f64 - 5.0);
            let b = Array2::from_shape_fn((k, m), |(i, j)| ((i * 5 + j * 2) % 13) as f64 - 6.0);
            let mut c = Array2::from_elem((n, m), f64::NAN);
            matmul_into(a.view(), b.view(), c.view_mut());
            assert_eq!(c, a.dot(&b), "{n}×{k} · {k}×{m}");
        }
    }
}
