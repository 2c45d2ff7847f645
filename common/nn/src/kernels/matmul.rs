//! Matrix products, over vectors and threads.

#![allow(clippy::needless_range_loop)] // plain loops over arrays keep vectors in registers

use std::ops::Range;

use ndarray::linalg::general_mat_mul;
use ndarray::parallel::prelude::*;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};
use pulp::{Simd, WithSimd};
use rayon::slice::ParallelSliceMut;

use super::panels::{AddProduct, AddTransposed};
use super::recycle::Recycle;
use super::simd::{dispatch, lanes, load, store};
use crate::scalar::Scalar;

/// Multiplications that make a block worth a thread: with fewer it costs more than it gains.
const WORTH_A_THREAD: usize = 1 << 19;
/// More blocks than this would leave too little work in each.
const MOST_BLOCKS: usize = 16;
/// Rows or columns of a block at least: each block reads all of the other factor anew.
const SMALLEST_BLOCK: usize = 32;
/// Columns of c that are computed at once at least.
const EIGHT: usize = 8;
/// So many numbers of b at most are read as they lie. More of them would leave the cache before they
/// are needed again, and it pays to copy them together block by block, as `matrixmultiply` does.
const UNPACKED: usize = 1 << 19;
/// So many products are summed up before they are added to those before them: long sums of
/// rounded numbers stay more exact so.
const DEPTH: usize = 256;

/// c = a·b, with `a` n×k, `b` k×m, `c` n×m.
///
/// The work is shared out by blocks of rows or of columns of `c`, whichever there are more of; then
/// every number of `c` is one sum, whoever computes it. Where `k` is much longer than both, it is `k`
/// that is cut, in parts whose size depends on the shapes alone, and the parts' sums are added in
/// order. The result has the same bits for any number of threads.
///
/// # Panics
/// If the shapes do not fit.
pub fn matmul_into<F: Multiply>(
    a: ArrayView2<'_, F>,
    b: ArrayView2<'_, F>,
    mut c: ArrayViewMut2<'_, F>,
) {
    assert_eq!((a.nrows(), b.ncols()), c.dim(), "matmul: the product's shape");
    let (n, k, m) = (a.nrows(), a.ncols(), b.ncols());
    if let (Some(a), Some(b), Some(c)) = (Factor::of(a), b.to_slice(), c.as_slice_mut())
        && k > 0
        && k * m <= UNPACKED
        && dispatch(Fits::<F>::new(m))
    {
        let threads = rayon::current_num_threads().min(n * k * m / WORTH_A_THREAD).max(1);
        let rows = n.div_ceil(threads);
        if rows >= n {
            F::multiply(Product { a, b, c, first: 0, k, m, across: m, start: Start::Zero });
        } else {
            // Every number of c is one sum, always in the same order, whoever computes it.
            c.par_chunks_mut(rows * m).enumerate().for_each(|(i, c)| {
                F::multiply(Product {
                    a,
                    b,
                    c,
                    first: i * rows,
                    k,
                    m,
                    across: m,
                    start: Start::Zero,
                });
            });
        }
        return;
    }
    let parts = (n * k * m / WORTH_A_THREAD).clamp(1, MOST_BLOCKS);
    if parts == 1 {
        product(a, b, c);
    } else if k > 8 * (n + m) {
        sum_of_products(a, b, c, k.div_ceil(parts));
    } else if rayon::current_num_threads() == 1 {
        // The same sums in the same order, without reading the other factor anew for each part.
        product(a, b, c);
    } else if n >= m {
        let rows = n.div_ceil(parts).max(SMALLEST_BLOCK);
        let blocks = c.axis_chunks_iter_mut(Axis(0), rows).into_par_iter();
        blocks.zip(a.axis_chunks_iter(Axis(0), rows)).for_each(|(c, a)| product(a, b, c));
    } else {
        let columns = m.div_ceil(parts).max(SMALLEST_BLOCK);
        let blocks = c.axis_chunks_iter_mut(Axis(1), columns).into_par_iter();
        blocks.zip(b.axis_chunks_iter(Axis(1), columns)).for_each(|(c, b)| product(a, b, c));
    }
}

/// The left factor, n×k, by rows or by columns.
#[derive(Clone, Copy)]
pub enum Factor<'a, F> {
    /// Numbers row by row.
    Rows(&'a [F]),
    /// Numbers column by column, and how many rows there are.
    Columns(&'a [F], usize),
}

impl<'a, F: Scalar> Factor<'a, F> {
    fn of(a: ArrayView2<'a, F>) -> Option<Self> {
        let rows = a.nrows();
        match a.to_slice() {
            Some(numbers) => Some(Self::Rows(numbers)),
            None => a.reversed_axes().to_slice().map(|numbers| Self::Columns(numbers, rows)),
        }
    }
}

/// Whether a row of so many numbers fills a block.
struct Fits<F>(usize, std::marker::PhantomData<F>);

impl<F> Fits<F> {
    fn new(numbers: usize) -> Self {
        Self(numbers, std::marker::PhantomData)
    }
}

impl<F: Scalar> WithSimd for Fits<F> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> bool {
        let long = lanes::<F, S>();
        self.0 >= if long >= EIGHT { EIGHT } else { 2 * long }
    }
}

/// A number type for which the product of two matrices has been compiled: once, here, and not in
/// every crate that has a network.
pub trait Multiply: Scalar + Recycle {
    /// Multiplies matrices.
    fn multiply(work: Product<'_, Self>);

    /// Adds a product with panels.
    fn add_product(work: AddProduct<'_, Self>);

    /// Adds a product with a transposed matrix.
    fn add_transposed(work: AddTransposed<'_, '_, Self>);
}

impl Multiply for f32 {
    fn multiply(work: Product<'_, Self>) {
        dispatch(work);
    }

    fn add_product(work: AddProduct<'_, Self>) {
        dispatch(work);
    }

    fn add_transposed(work: AddTransposed<'_, '_, Self>) {
        dispatch(work);
    }
}

impl Multiply for f64 {
    fn multiply(work: Product<'_, Self>) {
        dispatch(work);
    }

    fn add_product(work: AddProduct<'_, Self>) {
        dispatch(work);
    }

    fn add_transposed(work: AddTransposed<'_, '_, Self>) {
        dispatch(work);
    }
}

/// Rows of c = start + a·b, from row `first` of a on; b is k×m.
///
/// Some rows times two vectors of c stay in registers until they are done: what is loaded of b serves
/// all rows, what is loaded of a both vectors.
pub struct Product<'a, F> {
    pub(super) a: Factor<'a, F>,
    pub(super) b: &'a [F],
    pub(super) c: &'a mut [F],
    pub(super) first: usize,
    pub(super) k: usize,
    pub(super) m: usize,
    /// Numbers from one row of c to the next: m, or more where these columns are a part of it.
    pub(super) across: usize,
    pub(super) start: Start<'a, F>,
}

/// What a product is added to. Where that is anything, m must fill vectors.
#[derive(Clone, Copy)]
pub(super) enum Start<'a, F> {
    Zero,
    /// Each row to the same m numbers.
    Bias(&'a [F]),
    /// What stands in c.
    Here,
}

impl<F: Scalar> WithSimd for Product<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let (long, eight) = (Long::<F, S>::zero(simd), [F::zero(); EIGHT]);
        let (m, lanes) = (self.m, lanes::<F, S>());
        let rest = self.in_vectors(simd);
        // What is left takes the narrowest block that holds it: columns that are computed twice
        // cost as much as others.
        match rest.div_ceil(EIGHT) {
            0 => {}
            1 if lanes >= EIGHT => self.columns::<S, _>(m - EIGHT, eight),
            2 if lanes > EIGHT && m >= lanes => self.columns::<S, _>(m - lanes, long),
            3 if lanes > EIGHT && m >= lanes + EIGHT => {
                self.columns::<S, _>(m - lanes - EIGHT, (long, eight));
            }
            _ if m >= 2 * lanes => self.columns::<S, _>(m - 2 * lanes, (long, long)),
            _ => {
                for j in (0..m).step_by(EIGHT) {
                    self.columns::<S, _>(j.min(m - EIGHT), eight);
                }
            }
        }
    }
}

impl<F: Scalar> Product<'_, F> {
    /// The columns that fill two vectors, and one if that is what is left; how many columns are left.
    #[inline(always)]
    pub(super) fn in_vectors<S: Simd>(&mut self, simd: S) -> usize {
        let (long, lanes) = (Long::<F, S>::zero(simd), lanes::<F, S>());
        let rest = self.m % (2 * lanes);
        for j in (0..self.m - rest).step_by(2 * lanes) {
            self.columns::<S, _>(j, (long, long));
        }
        if rest != lanes {
            return rest;
        }
        self.columns::<S, _>(self.m - lanes, long);
        0
    }

    // ANCHOR: columns
    /// The columns of c from `j` on, as many as `zero` holds: a part of b's rows, which stays in
    /// the nearest cache, for all rows of c, then the next part.
    #[inline(always)]
    fn columns<S: Simd, C: Columns<F>>(&mut self, j: usize, zero: C) {
        for first in (0..self.k).step_by(DEPTH) {
            let depth = first..self.k.min(first + DEPTH);
            // Up to 24 vectors of sums, two of b and one of a fit in 32 registers; ten in sixteen.
            // Rows of a need a register each, too, to point to them.
            let done = match self.a {
                _ if S::REGISTER_COUNT < 32 => self.rows::<5, C>(0, j, &depth, zero),
                Factor::Rows(_) => self.rows::<8, C>(0, j, &depth, zero),
                Factor::Columns(..) => self.rows::<12, C>(0, j, &depth, zero),
            };
            let done = self.rows::<4, C>(done, j, &depth, zero);
            let done = self.rows::<2, C>(done, j, &depth, zero);
            self.rows::<1, C>(done, j, &depth, zero);
        }
    }
    // ANCHOR_END: columns

    /// As many rows from `from` on as come in blocks of `R`; where the others begin.
    #[inline(always)]
    fn rows<const R: usize, C: Columns<F>>(
        &mut self,
        from: usize,
        j: usize,
        depth: &Range<usize>,
        zero: C,
    ) -> usize {
        let (k, m, rows) = (self.k, self.m, self.c.len().div_ceil(self.across));
        let start = if depth.start > 0 { Start::Here } else { self.start };
        let b = &self.b[depth.start * m + j..];
        let blocks = (rows - from) / R;
        for i in (from..).step_by(R).take(blocks) {
            let row = self.first + i;
            let sums: [C; R] = match self.a {
                Factor::Rows(a) => {
                    // A loop and no closure, which might not be inlined.
                    let mut rows = [a; R];
                    for (r, row_of_a) in rows.iter_mut().enumerate() {
                        *row_of_a = &a[(row + r) * k..][depth.start..depth.end];
                    }
                    times_rows(zero, rows, b, m)
                }
                Factor::Columns(a, n) => {
                    let columns = &a[depth.start * n + row..];
                    times_columns(zero, columns.chunks(n).take(depth.len()), b, m)
                }
            };
            for (r, sums) in sums.into_iter().enumerate() {
                let c = &mut self.c[(i + r) * self.across + j..];
                match start {
                    Start::Zero => sums.store(c),
                    Start::Bias(bias) => zero.load(&bias[j..]).plus(F::one(), sums).store(c),
                    Start::Here => zero.load(c).plus(F::one(), sums).store(c),
                }
            }
        }
        from + blocks * R
    }
}

/// Some rows of a, all of one length, times the first columns of as many rows of b.
#[inline(always)]
fn times_rows<F: Scalar, C: Columns<F>, const R: usize>(
    zero: C,
    a: [&[F]; R],
    b: &[F],
    m: usize,
) -> [C; R] {
    let mut sums = [zero; R];
    for (k, b) in (0..a[0].len()).zip(b.chunks(m)) {
        let b = zero.load(b);
        for r in 0..R {
            sums[r] = sums[r].plus(a[r][k], b);
        }
    }
    sums
}

/// The first rows of some columns of a times the first columns of as many rows of b.
#[inline(always)]
fn times_columns<'a, F: Scalar, C: Columns<F>, const R: usize>(
    zero: C,
    a: impl Iterator<Item = &'a [F]>,
    b: &[F],
    m: usize,
) -> [C; R] {
    let mut sums = [zero; R];
    for (a, b) in a.zip(b.chunks(m)) {
        let (a, b) = (&a[..R], zero.load(b));
        for r in 0..R {
            sums[r] = sums[r].plus(a[r], b);
        }
    }
    sums
}

/// c = a·b on one thread.
fn product<F: Scalar>(a: ArrayView2<'_, F>, b: ArrayView2<'_, F>, mut c: ArrayViewMut2<'_, F>) {
    general_mat_mul(F::one(), &a, &b, F::zero(), &mut c);
}

/// c = a·b as the sum of products of `depth` columns of a with as many rows of b.
fn sum_of_products<F: Scalar>(
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

/// Some neighbouring numbers of a row, in registers.
trait Columns<F: Scalar>: Copy {
    /// How many.
    fn count(self) -> usize;
    /// As many from the start of `row`.
    fn load(self, row: &[F]) -> Self;
    /// These and a times those of b, rounded once.
    fn plus(self, a: F, b: Self) -> Self;
    /// Puts them at the start of `row`.
    fn store(self, row: &mut [F]);
}

/// The longest vector that the processor has.
#[derive(Clone, Copy)]
struct Long<F: Scalar, S: Simd>(S, F::Lanes<S>);

impl<F: Scalar, S: Simd> Long<F, S> {
    #[inline(always)]
    fn zero(simd: S) -> Self {
        Self(simd, F::splat(simd, F::zero()))
    }
}

impl<F: Scalar, S: Simd> Columns<F> for Long<F, S> {
    #[inline(always)]
    fn count(self) -> usize {
        lanes::<F, S>()
    }

    #[inline(always)]
    fn load(self, row: &[F]) -> Self {
        Self(self.0, load(self.0, &row[..self.count()]))
    }

    #[inline(always)]
    fn plus(self, a: F, b: Self) -> Self {
        Self(self.0, F::multiply_add(self.0, F::splat(self.0, a), b.1, self.1))
    }

    #[inline(always)]
    fn store(self, row: &mut [F]) {
        store(self.0, row, self.1);
    }
}

/// For these the compiler finds the vector: half of the longest, or all of it. (`mul_add` is one
/// instruction there; where vectors are so short that it might not be, nothing goes in eights.)
impl<F: Scalar> Columns<F> for [F; EIGHT] {
    #[inline(always)]
    fn count(self) -> usize {
        EIGHT
    }

    #[inline(always)]
    fn load(self, row: &[F]) -> Self {
        let mut numbers = self;
        numbers.copy_from_slice(&row[..EIGHT]);
        numbers
    }

    #[inline(always)]
    fn plus(mut self, a: F, b: Self) -> Self {
        for (sum, b) in self.iter_mut().zip(b) {
            *sum = a.mul_add(b, *sum);
        }
        self
    }

    #[inline(always)]
    fn store(self, row: &mut [F]) {
        row[..EIGHT].copy_from_slice(&self);
    }
}

/// Two of them side by side.
impl<F: Scalar, A: Columns<F>, B: Columns<F>> Columns<F> for (A, B) {
    #[inline(always)]
    fn count(self) -> usize {
        self.0.count() + self.1.count()
    }

    #[inline(always)]
    fn load(self, row: &[F]) -> Self {
        (self.0.load(row), self.1.load(&row[self.0.count()..]))
    }

    #[inline(always)]
    fn plus(self, a: F, b: Self) -> Self {
        (self.0.plus(a, b.0), self.1.plus(a, b.1))
    }

    #[inline(always)]
    fn store(self, row: &mut [F]) {
        self.0.store(row);
        self.1.store(&mut row[self.0.count()..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    /// Whole numbers make the sums exact.
    fn whole<F: Scalar>(rows: usize, columns: usize, step: usize) -> Array2<F> {
        let number = |(i, j)| ((i * step + j * 3) % 11) as f32 - 5.0;
        Array2::from_shape_fn((rows, columns), |at| F::from(number(at)).unwrap())
    }

    fn check<F: Multiply>(n: usize, k: usize, m: usize) {
        let (a, b) = (whole::<F>(n, k, 7), whole::<F>(k, m, 5));
        let mut c = Array2::from_elem((n, m), F::nan());
        matmul_into(a.view(), b.view(), c.view_mut());
        assert_eq!(c, a.dot(&b), "{n}×{k} · {k}×{m}");
        let columns = a.t().as_standard_layout().into_owned();
        let mut c = Array2::from_elem((n, m), F::nan());
        matmul_into(columns.t(), b.view(), c.view_mut());
        assert_eq!(c, a.dot(&b), "{n}×{k} by columns · {k}×{m}");
    }

    #[test]
    fn every_way_to_share_the_work_gives_the_product() {
        // More rows, more columns, much deeper than wide.
        for (n, k, m) in [
            (3, 4, 5),
            (400, 80, 70),
            (70, 80, 401),
            (31, 5001, 29),
            (4, 300, 33),
            (101, 600, 50),
            (9, 0, 20),
        ] {
            check::<f64>(n, k, m);
            check::<f32>(n, k, m);
        }
    }

    #[test]
    fn rows_and_columns_that_fill_no_block_are_computed_too() {
        for m in 1..=100 {
            check::<f32>(7, 3, m);
            check::<f64>(7, 3, m);
        }
        for n in 1..=16 {
            check::<f32>(n, 3, 50);
        }
    }
}
