//! Pooling of channels, each on its own: the largest number of a patch, or the mean, and back.
//!
//! Every function works on some channels, one after the other in memory, on one thread.

use pulp::{Simd, WithSimd};

use super::conv::geometry::Geometry;
use super::im2col::{col2im, im2col};
use super::simd::dispatch;
use crate::scalar::Scalar;

// ANCHOR: max
/// The largest number of each patch into `y`, and which of the patch's pixels it was into `at`.
pub(crate) fn max<F: Scalar>(geometry: &Geometry, x: &[F], y: &mut [F], at: &mut [u32]) {
    let positions = geometry.positions();
    let outputs = y.chunks_exact_mut(positions).zip(at.chunks_exact_mut(positions));
    let images = x.chunks_exact(geometry.image()).zip(outputs);
    if geometry.is_in_pairs() {
        dispatch(MaxOfFour { images, geometry });
        return;
    }
    let mut columns = vec![F::neg_infinity(); geometry.patch() * positions];
    for (x, (y, at)) in images {
        im2col(geometry, x, &mut columns);
        y.copy_from_slice(&columns[..positions]);
        at.fill(0);
        for (k, row) in (1..).zip(columns.chunks_exact(positions).skip(1)) {
            for ((y, at), &x) in y.iter_mut().zip(at.iter_mut()).zip(row) {
                (*y, *at) = larger((*y, *at), (x, k));
            }
        }
    }
}
// ANCHOR_END: max

/// The largest number of each patch into `y`, for those who do not ask which pixel it was.
pub(crate) fn largest<F: Scalar>(geometry: &Geometry, x: &[F], y: &mut [F]) {
    if geometry.is_in_pairs() {
        dispatch(LargestOfFour { x, y, geometry });
    } else {
        let mut at = vec![0; y.len()];
        max(geometry, x, y, &mut at);
    }
}

// ANCHOR: max_backward
/// The gradient of each output to the pixel that [`max`] chose, nothing to the others.
pub(crate) fn max_backward<F: Scalar>(geometry: &Geometry, dy: &[F], at: &[u32], dx: &mut [F]) {
    let positions = geometry.positions();
    let from = dy.chunks_exact(positions).zip(at.chunks_exact(positions));
    let images = dx.chunks_exact_mut(geometry.image()).zip(from);
    if geometry.is_in_pairs() {
        dispatch(MaxOfFourBackward { images, geometry });
        return;
    }
    let mut dcolumns = vec![F::zero(); geometry.patch() * positions];
    for (dx, (dy, at)) in images {
        for (k, row) in (0..).zip(dcolumns.chunks_exact_mut(positions)) {
            for ((dcolumn, &dy), &at) in row.iter_mut().zip(dy).zip(at) {
                *dcolumn = if at == k { dy } else { F::zero() };
            }
        }
        dx.fill(F::zero());
        col2im(geometry, &dcolumns, dx);
    }
}
// ANCHOR_END: max_backward

/// Of every patch the pixel that [`max`] chose in another image, into `y`: the transpose of
/// [`max_backward`].
pub(crate) fn chosen<F: Scalar>(geometry: &Geometry, x: &[F], at: &[u32], y: &mut [F]) {
    let (positions, (_, _, width)) = (geometry.positions(), geometry.shape());
    let (stride, pad) = (geometry.window().stride(), geometry.window().pad());
    let across = geometry.window().size().1;
    let from = x.chunks_exact(geometry.image()).zip(at.chunks_exact(positions));
    for (y, (x, at)) in y.chunks_exact_mut(positions).zip(from) {
        let rows = y.chunks_exact_mut(geometry.across).zip(at.chunks_exact(geometry.across));
        for (row, (y, at)) in rows.enumerate() {
            for (column, (y, &k)) in y.iter_mut().zip(at).enumerate() {
                let (i, j) = (k as usize / across, k as usize % across);
                *y = x[(row * stride + i - pad) * width + column * stride + j - pad];
            }
        }
    }
}

/// The mean of each patch into `y`, which is all zeros before.
pub(crate) fn mean<F: Scalar>(geometry: &Geometry, x: &[F], y: &mut [F]) {
    let (stride, share) = (geometry.window().stride(), share::<F>(geometry));
    let channels = x.chunks_exact(geometry.image());
    for (x, y) in channels.zip(y.chunks_exact_mut(geometry.positions())) {
        geometry.for_each_run(|_, positions, first| {
            let pixels = x[first..].iter().step_by(stride);
            y[positions].iter_mut().zip(pixels).for_each(|(y, &x)| *y += x);
        });
        y.iter_mut().for_each(|y| *y *= share);
    }
}

/// The gradient of each output in equal shares to all pixels of its patch.
pub(crate) fn mean_backward<F: Scalar>(geometry: &Geometry, dy: &[F], dx: &mut [F]) {
    let (stride, share) = (geometry.window().stride(), share::<F>(geometry));
    dx.fill(F::zero());
    let channels = dx.chunks_exact_mut(geometry.image());
    for (dx, dy) in channels.zip(dy.chunks_exact(geometry.positions())) {
        geometry.for_each_run(|_, positions, first| {
            let pixels = dx[first..].iter_mut().step_by(stride);
            pixels.zip(&dy[positions]).for_each(|(dx, &dy)| *dx += dy * share);
        });
    }
}

/// What each pixel of a patch adds to the mean.
fn share<F: Scalar>(geometry: &Geometry) -> F {
    let (height, width) = geometry.window().size();
    F::one() / F::of((height * width) as f64)
}

/// The larger of two numbers with its pixel; what is no number must show.
#[inline(always)]
fn larger<F: Scalar>(best: (F, u32), next: (F, u32)) -> (F, u32) {
    if next.0 > best.0 || next.0.is_nan() { next } else { best }
}

// ANCHOR: of_four
/// The largest of every 2×2 pixels, straight from the image: its rows are read in pairs of pixels.
struct MaxOfFour<'g, I> {
    images: I,
    geometry: &'g Geometry,
}

impl<'a, F, I> WithSimd for MaxOfFour<'_, I>
where
    F: Scalar,
    I: Iterator<Item = (&'a [F], (&'a mut [F], &'a mut [u32]))>,
{
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (width, across) = (self.geometry.shape().2, self.geometry.across);
        for (x, (y, at)) in self.images {
            let rows = y.chunks_exact_mut(across).zip(at.chunks_exact_mut(across));
            for (x, (y, at)) in x.chunks_exact(2 * width).zip(rows) {
                let (above, below) = x.split_at(width);
                let fours = above.as_chunks().0.iter().zip(below.as_chunks().0);
                for ((y, at), (&[a, b], &[c, d])) in y.iter_mut().zip(at).zip(fours) {
                    let above = larger((a, 0), (b, 1));
                    (*y, *at) = larger(larger(above, (c, 2)), (d, 3));
                }
            }
        }
    }
}
// ANCHOR_END: of_four

/// The largest of every 2×2 pixels, without saying which it was.
struct LargestOfFour<'a, F> {
    x: &'a [F],
    y: &'a mut [F],
    geometry: &'a Geometry,
}

impl<F: Scalar> WithSimd for LargestOfFour<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (width, across) = (self.geometry.shape().2, self.geometry.across);
        let images = self.x.chunks_exact(self.geometry.image());
        for (x, y) in images.zip(self.y.chunks_exact_mut(self.geometry.positions())) {
            for (x, y) in x.chunks_exact(2 * width).zip(y.chunks_exact_mut(across)) {
                let (above, below) = x.split_at(width);
                let fours = above.as_chunks().0.iter().zip(below.as_chunks().0);
                for (y, (&[a, b], &[c, d])) in y.iter_mut().zip(fours) {
                    let above = larger((a, 0), (b, 1));
                    *y = larger(larger(above, (c, 2)), (d, 3)).0;
                }
            }
        }
    }
}

/// The backward pass of [`MaxOfFour`]: the gradient to the largest of the four, nothing to the
/// others.
struct MaxOfFourBackward<'g, I> {
    images: I,
    geometry: &'g Geometry,
}

impl<'a, F, I> WithSimd for MaxOfFourBackward<'_, I>
where
    F: Scalar,
    I: Iterator<Item = (&'a mut [F], (&'a [F], &'a [u32]))>,
{
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (width, across) = (self.geometry.shape().2, self.geometry.across);
        for (dx, (dy, at)) in self.images {
            let rows = dy.chunks_exact(across).zip(at.chunks_exact(across));
            for (dx, (dy, at)) in dx.chunks_exact_mut(2 * width).zip(rows) {
                let (above, below) = dx.split_at_mut(width);
                // The compiler makes vectors of loops whose length it knows, hence eights.
                let (dys, dy) = dy.as_chunks::<8>();
                let (ats, at) = at.as_chunks::<8>();
                let (aboves, above) = above.as_chunks_mut::<16>();
                let (belows, below) = below.as_chunks_mut::<16>();
                for (((dy, at), above), below) in dys.iter().zip(ats).zip(aboves).zip(belows) {
                    to_pairs(dy, at, above, 0);
                    to_pairs(dy, at, below, 2);
                }
                to_pairs(dy, at, above, 0);
                to_pairs(dy, at, below, 2);
            }
        }
    }
}

/// Fills pairs of pixels, `left` and the one beside it.
#[inline(always)]
fn to_pairs<F: Scalar>(dy: &[F], at: &[u32], dx: &mut [F], left: u32) {
    for ((&dy, &at), pair) in dy.iter().zip(at).zip(dx.as_chunks_mut::<2>().0) {
        *pair = [left, left + 1].map(|k| if at == k { dy } else { F::zero() });
    }
}
