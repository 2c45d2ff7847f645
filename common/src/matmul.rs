//! Matrix products, over vectors and threads.

use ndarray::linalg::general_mat_mul;
use ndarray::parallel::prelude::*;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};
use pulp::{Simd, WithSimd};
use rayon::slice::ParallelSliceMut;

use crate::Float;
use crate::simd::{dispatch, lanes, load, store};

/// Multiplications that make a block worth a thread: with fewer it costs more than it gains.
const WORTH_A_THREAD: usize = 1 << 19;
/// More parts than this would leave too little work in each.
const PARTS: usize = 16;
/// Rows or columns of a part at least: each part reads all of the other factor anew.
const LEAST: usize = 32;
/// Rows of c that are computed at once: what is loaded of b serves them all.
const ROWS: usize = 4;
/// So many numbers of b at most are read as they lie. More of them would leave the cache before they
/// are needed again, and it pays to copy them together block by block, as `matrixmultiply` does.
const UNPACKED: usize = 1 << 19;
/// So many products are summed up before they are added to those before them: long sums of
/// rounded numbers stay more exact so.
const DEPTH: usize = 256;

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
    if let (Some(a), Some(b), Some(c)) = (Factor::of(a), b.to_slice(), c.as_slice_mut())
        && n >= ROWS
        && k * m <= UNPACKED
        && dispatch(Fits::<F>::new(m))
    {
        let threads = rayon::current_num_threads().min(n * k * m / WORTH_A_THREAD).max(1);
        let rows = n.div_ceil(threads).next_multiple_of(ROWS);
        if rows >= n {
            F::multiply(Product { a, b, c, first: 0, k, m });
        } else {
            // Every number of c is one sum, always in the same order, whoever computes it.
            c.par_chunks_mut(rows * m).enumerate().for_each(|(i, c)| {
                F::multiply(Product { a, b, c, first: i * rows, k, m });
            });
        }
        return;
    }
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

/// The left factor, n×k, by rows or by columns.
#[derive(Clone, Copy)]
enum Factor<'a, F> {
    Rows(&'a [F]),
    Columns(&'a [F], usize),
}

impl<'a, F: Float> Factor<'a, F> {
    fn of(a: ArrayView2<'a, F>) -> Option<Self> {
        let rows = a.nrows();
        match a.to_slice() {
            Some(numbers) => Some(Self::Rows(numbers)),
            None => a.reversed_axes().to_slice().map(|numbers| Self::Columns(numbers, rows)),
        }
    }
}

/// Whether a row of so many numbers fills two vectors.
struct Fits<F>(usize, std::marker::PhantomData<F>);

impl<F> Fits<F> {
    fn new(numbers: usize) -> Self {
        Self(numbers, std::marker::PhantomData)
    }
}

impl<F: Float> WithSimd for Fits<F> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> bool {
        self.0 >= 2 * lanes::<F, S>()
    }
}

// ANCHOR: product
/// Rows of c = a·b from row `first` of a on; b is k×m.
///
/// Four rows times two vectors of c stay in registers until they are done. Where rows or columns
/// do not divide, the last block reaches back and computes some of its neighbour's anew.
pub struct Product<'a, F> {
    a: Factor<'a, F>,
    b: &'a [F],
    c: &'a mut [F],
    first: usize,
    k: usize,
    m: usize,
}

impl<F: Float> WithSimd for Product<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (k, m, rows) = (self.k, self.m, self.c.len() / self.m);
        let width = 2 * lanes::<F, S>();
        // A part of fewer rows begins further up, and throws away what is not its own.
        let surplus = ROWS.saturating_sub(rows);
        for j in (0..m).step_by(width).map(|j| j.min(m - width)) {
            for i in (0..rows).step_by(ROWS).map(|i| i.min(rows.saturating_sub(ROWS))) {
                let row = self.first + i - surplus;
                let block = match self.a {
                    Factor::Rows(a) => {
                        let a0 = &a[row * k..][..k];
                        let a1 = &a[(row + 1) * k..][..k];
                        let a2 = &a[(row + 2) * k..][..k];
                        let a3 = &a[(row + 3) * k..][..k];
                        let at = |k: usize| [a0[k], a1[k], a2[k], a3[k]];
                        block(simd, at, &self.b[j..], (k, m))
                    }
                    Factor::Columns(a, n) => {
                        let at = |k: usize| {
                            let a = &a[k * n + row..][..ROWS];
                            [a[0], a[1], a[2], a[3]]
                        };
                        block(simd, at, &self.b[j..], (k, m))
                    }
                };
                for (r, sums) in block.into_iter().enumerate().skip(surplus) {
                    let c = &mut self.c[(i + r - surplus) * m + j..];
                    store(simd, c, sums[0]);
                    store(simd, &mut c[width / 2..], sums[1]);
                }
            }
        }
    }
}

/// Four rows of two vectors each: the sums of a's numbers times b's rows.
#[inline(always)]
fn block<F: Float, S: Simd>(
    simd: S,
    at: impl Fn(usize) -> [F; ROWS],
    b: &[F],
    (k, m): (usize, usize),
) -> [[F::Lanes<S>; 2]; ROWS] {
    let lanes = lanes::<F, S>();
    let (zero, one) = (F::splat(simd, F::zero()), F::splat(simd, F::one()));
    let mut totals = [[zero; 2]; ROWS];
    let mut first = 0;
    while first < k {
        let last = k.min(first + DEPTH);
        let mut sums = [[zero; 2]; ROWS];
        for k in first..last {
            let (near, far) = b[k * m..][..2 * lanes].split_at(lanes);
            let (near, far) = (load(simd, near), load(simd, far));
            for (r, a) in at(k).into_iter().enumerate() {
                let a = F::splat(simd, a);
                sums[r][0] = F::multiply_add(simd, a, near, sums[r][0]);
                sums[r][1] = F::multiply_add(simd, a, far, sums[r][1]);
            }
        }
        for r in 0..ROWS {
            totals[r][0] = F::multiply_add(simd, one, sums[r][0], totals[r][0]);
            totals[r][1] = F::multiply_add(simd, one, sums[r][1], totals[r][1]);
        }
        first = last;
    }
    totals
}
// ANCHOR_END: product

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
        for (n, k, m) in
            [(3, 4, 5), (400, 80, 70), (70, 80, 401), (31, 5001, 29), (4, 300, 33), (101, 300, 50)]
        {
            let a = Array2::from_shape_fn((n, k), |(i, j)| ((i * 7 + j * 3) % 11) as f64 - 5.0);
            let b = Array2::from_shape_fn((k, m), |(i, j)| ((i * 5 + j * 2) % 13) as f64 - 6.0);
            let mut c = Array2::from_elem((n, m), f64::NAN);
            matmul_into(a.view(), b.view(), c.view_mut());
            assert_eq!(c, a.dot(&b), "{n}×{k} · {k}×{m}");
            let columns = a.t().as_standard_layout().into_owned();
            let mut c = Array2::from_elem((n, m), f64::NAN);
            matmul_into(columns.t(), b.view(), c.view_mut());
            assert_eq!(c, a.dot(&b), "{n}×{k} by columns · {k}×{m}");
        }
    }
}
