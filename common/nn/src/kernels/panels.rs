//! A matrix cut into panels, for products that come again and again.
//!
//! A product reads two vectors of each row of its right factor at a time. In rows of 512 or 768 numbers
//! those lie so far apart, at such even distances, that they push each other out of the nearest cache.
//! Cut into panels of that width once, they lie one behind the other.

use std::marker::PhantomData;

use ndarray::ArrayView2;
use pulp::{Simd, WithSimd};

use super::matmul::{Factor, Multiply, Product, Start};
use super::simd::{dispatch, lanes, load, store};
use crate::scalar::Scalar;

/// Rows of a panel that fit in the nearest cache beside what they are multiplied with.
const DEPTH: usize = 256;

// ANCHOR: panels
/// A matrix k×m as panels k×width, one after the other, the last one filled up with zeros.
pub(crate) struct Panels<F: Multiply> {
    numbers: Vec<F>,
    k: usize,
    m: usize,
    width: usize,
}

impl<F: Multiply> Panels<F> {
    /// Cuts up a matrix, k×m.
    pub(crate) fn of(b: ArrayView2<'_, F>) -> Self {
        let ((k, m), width) = (b.dim(), width::<F>());
        let mut numbers = F::blank(k * m.div_ceil(width) * width);
        for (p, panel) in numbers.chunks_exact_mut((k * width).max(1)).enumerate() {
            let columns = p * width..m.min((p + 1) * width);
            for (row, b) in panel.chunks_exact_mut(width).zip(b.rows()) {
                let b = b.slice_move(ndarray::s![columns.clone()]);
                match b.as_slice() {
                    Some(b) => row[..b.len()].copy_from_slice(b),
                    None => row.iter_mut().zip(&b).for_each(|(to, &b)| *to = b),
                }
                row[columns.len()..].fill(F::zero());
            }
        }
        Self { numbers, k, m, width }
    }

    /// c += a·b on this thread, with `a` n×k and `c` n×m.
    pub(crate) fn add_product(&self, a: Factor<'_, F>, c: &mut [F]) {
        F::add_product(AddProduct { a, b: self, c, bias: None });
    }

    /// c = a·b + bias on this thread, with a bias of m numbers for each row.
    pub(crate) fn affine(&self, a: Factor<'_, F>, bias: &[F], c: &mut [F]) {
        if self.k == 0 {
            c.chunks_exact_mut(self.m).for_each(|c| c.copy_from_slice(bias));
        }
        F::add_product(AddProduct { a, b: self, c, bias: Some(bias) });
    }
}
// ANCHOR_END: panels

// ANCHOR: once
/// What [`add_transposed_panels`] adds up for one left factor.
pub struct Sums<'a, F> {
    /// The factor, rows of `columns` numbers.
    pub a: &'a [F],
    pub columns: usize,
    /// Panel after panel of aᵀ·b, `columns` rows each.
    pub sums: &'a mut [F],
}

/// As many panels of aᵀ·b, the columns of `b` from `j` on, added to the sums of each factor `a`. `b`, n×m,
/// is needed once: its columns are copied together just before they are read.
pub(crate) fn add_transposed_panels<F: Multiply>(
    factors: &mut [Sums<'_, F>],
    (b, m): (&[F], usize),
    j: usize,
    panels: usize,
) {
    F::add_transposed(AddTransposed { factors, b, m, j, panels });
}
// ANCHOR_END: once

/// How many columns a panel has.
pub(crate) fn width<F: Multiply>() -> usize {
    dispatch(Width(PhantomData::<F>))
}
impl<F: Multiply> Drop for Panels<F> {
    fn drop(&mut self) {
        F::recycle(std::mem::take(&mut self.numbers));
    }
}

/// How many numbers two vectors hold.
struct Width<F>(PhantomData<F>);

impl<F: Scalar> WithSimd for Width<F> {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        2 * lanes::<F, S>()
    }
}

/// c += a·b, or c = a·b + bias, panel by panel.
pub struct AddProduct<'a, F: Multiply> {
    a: Factor<'a, F>,
    b: &'a Panels<F>,
    c: &'a mut [F],
    bias: Option<&'a [F]>,
}

impl<F: Multiply> WithSimd for AddProduct<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { a, b: Panels { numbers, k, m, width }, c, bias } = self;
        let (k, m, width) = (*k, *m, *width);
        for (p, b) in numbers.chunks_exact((k * width).max(1)).enumerate() {
            let j = p * width;
            let start = bias.map_or(Start::Here, |bias| Start::Bias(&bias[j..]));
            add_panel(simd, (a, b), (k, width), (c, start), (j, m));
        }
    }
}

/// The columns of c, m a row, from `j` on: c = start + a·b for one panel b, k×width.
#[inline(always)]
fn add_panel<F: Multiply, S: Simd>(
    simd: S,
    (a, b): (Factor<'_, F>, &[F]),
    (k, width): (usize, usize),
    (c, start): (&mut [F], Start<'_, F>),
    (j, m): (usize, usize),
) {
    if j + width <= m {
        let c = &mut c[j..];
        Product { a, b, c, first: 0, k, m: width, across: m, start }.in_vectors(simd);
        return;
    }
    // The last columns fill no panel: what it adds to columns that are not there is left aside.
    let mut whole = vec![F::zero(); c.len() / m * width];
    let of_panel = &mut whole[..];
    Product { a, b, c: of_panel, first: 0, k, m: width, across: width, start: Start::Zero }
        .in_vectors(simd);
    for (c, sums) in c.chunks_exact_mut(m).zip(whole.chunks_exact(width)) {
        let c = &mut c[j..];
        if let Start::Bias(bias) = start {
            c.copy_from_slice(bias);
        }
        c.iter_mut().zip(sums).for_each(|(c, &sum)| *c += sum);
    }
}

/// Sums += panels of aᵀ·b, whose columns are copied together.
pub struct AddTransposed<'a, 'b, F> {
    factors: &'a mut [Sums<'b, F>],
    b: &'a [F],
    m: usize,
    j: usize,
    panels: usize,
}

impl<F: Multiply> WithSimd for AddTransposed<'_, '_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { factors, b, m, j, panels: count } = self;
        let width = 2 * lanes::<F, S>();
        let mut panels = F::blank(count * DEPTH * width);
        for (chunk, b) in b.chunks(DEPTH * m).enumerate() {
            for (r, b) in b.chunks_exact(m).enumerate() {
                // Neighbours in a row of b, which is far from the next, at once.
                for (p, b) in b[j..].chunks(width).take(count).enumerate() {
                    copy_filled(simd, b, &mut panels[(p * DEPTH + r) * width..][..width]);
                }
            }
            let k = b.len() / m;
            for Sums { a, columns: n, sums } in factors.iter_mut().filter(|of| of.columns > 0) {
                let a = Factor::Columns(&a[chunk * DEPTH * *n..][..k * *n], *n);
                let panels = panels.chunks_exact(DEPTH * width);
                for (b, c) in panels.zip(sums.chunks_exact_mut(*n * width)) {
                    Product { a, b, c, first: 0, k, m: width, across: width, start: Start::Here }
                        .in_vectors(simd);
                }
            }
        }
        F::recycle(panels);
    }
}

/// Copies a row of a panel; where it is shorter than two vectors, zeros follow.
#[inline(always)]
fn copy_filled<F: Scalar, S: Simd>(simd: S, from: &[F], to: &mut [F]) {
    let lanes = lanes::<F, S>();
    if from.len() == 2 * lanes {
        store(simd, to, load(simd, from));
        store(simd, &mut to[lanes..], load(simd, &from[lanes..]));
    } else {
        to[..from.len()].copy_from_slice(from);
        to[from.len()..].fill(F::zero());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{generator, normal};
    use ndarray::Array2;

    #[test]
    fn panels_multiply_as_whole_matrices_do() {
        let rng = &mut generator(1);
        for (n, k, m) in [(1, 1, 1), (5, 3, 8), (16, 40, 33), (7, 300, 64), (12, 9, 95), (3, 0, 5)]
        {
            let (a, b): (Array2<f64>, Array2<f64>) = (normal((n, k), rng), normal((k, m), rng));
            let before: Array2<f64> = normal((n, m), rng);
            let expected = &before + &a.dot(&b);
            for transposed in [false, true] {
                let columns = a.t().as_standard_layout().into_owned();
                let factor = match transposed {
                    false => Factor::Rows(a.as_slice().expect("rows")),
                    true => Factor::Columns(columns.as_slice().expect("columns"), n),
                };
                let mut c = before.clone();
                Panels::of(b.view()).add_product(factor, c.as_slice_mut().expect("rows"));
                approx::assert_abs_diff_eq!(c, expected, epsilon = 1e-12);
                let apart = b.t().as_standard_layout().into_owned();
                let mut same = before.clone();
                Panels::of(apart.t()).add_product(factor, same.as_slice_mut().expect("rows"));
                assert_eq!(c, same);
                let bias = before.row(0).to_vec();
                let mut c = Array2::from_elem((n, m), f64::NAN);
                Panels::of(b.view()).affine(factor, &bias, c.as_slice_mut().expect("rows"));
                let expected = a.dot(&b) + before.row(0);
                approx::assert_abs_diff_eq!(c, expected, epsilon = 1e-12);
            }
            let (mut c, rows) = (before.clone(), a.t().as_standard_layout().into_owned());
            let (above, below) = rows.view().split_at(ndarray::Axis(1), n / 2);
            let [above, below] = [above, below].map(|a| a.iter().copied().collect::<Vec<_>>());
            let width = width::<f64>();
            for j in (0..m).step_by(width) {
                let mut sums = vec![0.0; n * width];
                let (of_above, of_below) = sums.split_at_mut(n / 2 * width);
                let mut factors = [
                    Sums { a: &above, columns: n / 2, sums: of_above },
                    Sums { a: &below, columns: n - n / 2, sums: of_below },
                ];
                let b = (b.as_slice().expect("rows"), m);
                add_transposed_panels(&mut factors, b, j, 1);
                for (mut c, sums) in c.rows_mut().into_iter().zip(sums.chunks_exact(width)) {
                    c.iter_mut().skip(j).zip(sums).for_each(|(c, sum)| *c += sum);
                }
            }
            approx::assert_abs_diff_eq!(c, expected, epsilon = 1e-12);
        }
    }
}
