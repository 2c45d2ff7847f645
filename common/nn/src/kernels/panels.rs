//! A matrix cut into panels, for products that come again and again.
//!
//! A product reads two vectors of each row of its right factor at a time. In rows of 512 or 768 numbers
//! those lie so far apart, at such even distances, that they push each other out of the nearest cache.
//! Cut into panels of that width once, they lie one behind the other.

use std::marker::PhantomData;

use ndarray::ArrayView2;
use pulp::{Simd, WithSimd};

use super::matmul::{Factor, Multiply, Product};
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
        F::add_product(AddProduct { a, b: self, c });
    }
}
// ANCHOR_END: panels

// ANCHOR: once
/// Some panels of aᵀ·b, the columns of `b` from `j` on: sums += them, for several `a` n×columns, one below
/// the other; `sums` holds panel after panel. `b`, n×m, is needed once: its columns are copied together
/// just before they are read.
pub(crate) fn add_transposed_panels<F: Multiply>(
    a: &[(&[F], usize)],
    (b, m): (&[F], usize),
    j: usize,
    sums: &mut [F],
) {
    F::add_transposed(AddTransposed { a, b, m, j, sums });
}

/// How many columns a panel has.
pub(crate) fn width<F: Multiply>() -> usize {
    dispatch(Width(PhantomData::<F>))
}
// ANCHOR_END: once

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

/// c += a·b, panel by panel.
pub struct AddProduct<'a, F: Multiply> {
    a: Factor<'a, F>,
    b: &'a Panels<F>,
    c: &'a mut [F],
}

impl<F: Multiply> WithSimd for AddProduct<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { a, b: Panels { numbers, k, m, width }, c } = self;
        let (k, m, width) = (*k, *m, *width);
        for (p, b) in numbers.chunks_exact((k * width).max(1)).enumerate() {
            add_panel(simd, (a, b), (k, width), c, (p * width, m));
        }
    }
}

/// The columns of c, m a row, from `j` on: c += a·b for one panel b, k×width.
#[inline(always)]
fn add_panel<F: Multiply, S: Simd>(
    simd: S,
    (a, b): (Factor<'_, F>, &[F]),
    (k, width): (usize, usize),
    c: &mut [F],
    (j, m): (usize, usize),
) {
    if j + width <= m {
        let c = &mut c[j..];
        Product { a, b, c, first: 0, k, m: width, across: m, add: true }.in_vectors(simd);
        return;
    }
    // The last columns fill no panel: what it adds to columns that are not there is left aside.
    let mut whole = vec![F::zero(); c.len() / m * width];
    let of_panel = &mut whole[..];
    Product { a, b, c: of_panel, first: 0, k, m: width, across: width, add: false }
        .in_vectors(simd);
    for (c, sums) in c.chunks_exact_mut(m).zip(whole.chunks_exact(width)) {
        c[j..].iter_mut().zip(sums).for_each(|(c, &sum)| *c += sum);
    }
}

/// Sums += panels of aᵀ·b, whose columns are copied together.
pub struct AddTransposed<'a, F> {
    a: &'a [(&'a [F], usize)],
    b: &'a [F],
    m: usize,
    j: usize,
    sums: &'a mut [F],
}

impl<F: Multiply> WithSimd for AddTransposed<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { a, b, m, j, sums } = self;
        let (width, n) = (2 * lanes::<F, S>(), a.iter().map(|a| a.1).sum::<usize>());
        let count = sums.len() / (n * width).max(1);
        let mut panels = F::blank(count * DEPTH * width);
        for (chunk, b) in b.chunks(DEPTH * m).enumerate() {
            for (r, b) in b.chunks_exact(m).enumerate() {
                // Neighbours in a row of b, which is far from the next, at once.
                for (p, b) in b[j..].chunks(width).take(count).enumerate() {
                    copy_filled(simd, b, &mut panels[(p * DEPTH + r) * width..][..width]);
                }
            }
            let (k, panels) = (b.len() / m, panels.chunks_exact(DEPTH * width));
            for (b, mut sums) in panels.zip(sums.chunks_exact_mut(n * width)) {
                for &(a, n) in a.iter().filter(|a| a.1 > 0) {
                    let (c, below) = sums.split_at_mut(n * width);
                    let a = Factor::Columns(&a[chunk * DEPTH * n..][..k * n], n);
                    Product { a, b, c, first: 0, k, m: width, across: width, add: true }
                        .in_vectors(simd);
                    sums = below;
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
            }
            let (mut c, rows) = (before.clone(), a.t().as_standard_layout().into_owned());
            let (above, below) = rows.view().split_at(ndarray::Axis(1), n / 2);
            let [above, below] = [above, below].map(|a| a.iter().copied().collect::<Vec<_>>());
            let width = width::<f64>();
            for j in (0..m).step_by(width) {
                let a = [(&above[..], n / 2), (&below[..], n - n / 2)];
                let mut sums = vec![0.0; n * width];
                add_transposed_panels(&a, (b.as_slice().expect("rows"), m), j, &mut sums);
                for (mut c, sums) in c.rows_mut().into_iter().zip(sums.chunks_exact(width)) {
                    c.iter_mut().skip(j).zip(sums).for_each(|(c, sum)| *c += sum);
                }
            }
            approx::assert_abs_diff_eq!(c, expected, epsilon = 1e-12);
        }
    }
}
