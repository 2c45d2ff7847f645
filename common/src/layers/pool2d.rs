//! Pooling layers: one number for what a window sees, in each channel on its own.

use ndarray::IxDyn;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::conv2d::{image_shape, in_order, part, slice, slice_mut};
use super::window::{Walk, Window};
use crate::layer::{Layer, check_count, kept};
use crate::simd::dispatch;
use crate::{Error, Float, Result, Tensor};

// ANCHOR: max_pool
/// The largest number under the window: N×C×H×W to N×C×OH×OW. The border counts as −∞.
pub struct MaxPool2d<F> {
    window: Window,
    /// The input, for its memory; which of the window's pixels was the largest; and the walk.
    kept: Option<(Tensor<F>, Vec<u32>, Walk)>,
    /// Memory of the last gradient and of the last pixels, for the next output.
    spare: Option<(Tensor<F>, Vec<u32>)>,
}
// ANCHOR_END: max_pool

/// The mean of the numbers under the window: N×C×H×W to N×C×OH×OW. The border counts as zeros.
pub struct AvgPool2d<F> {
    window: Window,
    kept: Option<(Tensor<F>, Walk)>,
}

/// A border wider than half the window would let it see nothing but border.
fn check(layer: &str, window: Window) -> Result<Window> {
    let ((height, width), pad) = (window.size(), window.pad());
    match pad.saturating_mul(2) <= height.min(width) {
        true => Ok(window),
        false => Err(Error::Invalid(format!(
            "{layer}: padding {pad} is more than half of a window of {height}×{width} pixels"
        ))),
    }
}

/// The walk over one channel of a batch.
fn walk_over<F: Float>(layer: &str, window: Window, x: &Tensor<F>) -> Walk {
    let (_, height, width) = image_shape(layer, x);
    let walk = window.walk((1, height, width));
    walk.unwrap_or_else(|e| panic!("{layer} on a batch of {:?}: {e}", x.shape()))
}

/// The output's shape, all zeros.
fn outputs<F: Float>(x: &Tensor<F>, walk: &Walk) -> Tensor<F> {
    Tensor::zeros(IxDyn(&[x.shape()[0], x.shape()[1], walk.down, walk.across]))
}

/// Channels in a part of a batch.
fn channels<F: Float>(x: &Tensor<F>) -> usize {
    part(x.shape()[0] * x.shape()[1])
}

impl<F: Float> MaxPool2d<F> {
    /// A pooling layer with this window.
    ///
    /// # Errors
    /// If the padding is more than half of the window.
    pub fn new(window: Window) -> Result<Self> {
        Ok(Self { window: check("MaxPool2d", window)?, kept: None, spare: None })
    }

    /// The shape (C, OH, OW) for images of shape (C, H, W).
    ///
    /// # Errors
    /// If the images are smaller than the window.
    pub fn output(&self, image: (usize, usize, usize)) -> Result<(usize, usize, usize)> {
        let (down, across) = self.window.places((image.1, image.2))?;
        Ok((image.0, down, across))
    }

    // ANCHOR: max
    /// The largest numbers, and which of the window's pixels each of them was.
    fn largest(
        &self,
        x: &Tensor<F>,
        walk: &Walk,
        spare: Option<(Tensor<F>, Vec<u32>)>,
    ) -> (Tensor<F>, Vec<u32>) {
        let shape = [x.shape()[0], x.shape()[1], walk.down, walk.across];
        let spare = spare.filter(|(y, _)| y.shape() == shape);
        let fresh = || (Tensor::zeros(IxDyn(&shape)), vec![0; shape.iter().product()]);
        let (mut y, mut pixels) = spare.unwrap_or_else(fresh);
        let (part, places) = (channels(x), walk.places());
        let inputs = slice(x).par_chunks(part * walk.image());
        let largest = slice_mut(&mut y).par_chunks_mut(part * places);
        let at = pixels.par_chunks_mut(part * places);
        inputs.zip(largest).zip(at).for_each(|((x, y), at)| {
            let outputs = y.chunks_exact_mut(places).zip(at.chunks_exact_mut(places));
            let images = x.chunks_exact(walk.image()).zip(outputs);
            if walk.is_in_pairs() {
                dispatch(OfFour { images, walk });
                return;
            }
            let mut columns = vec![F::neg_infinity(); walk.seen() * places];
            for (x, (y, at)) in images {
                walk.im2col(x, &mut columns);
                y.copy_from_slice(&columns[..places]);
                at.fill(0);
                for (k, row) in (1..).zip(columns.chunks_exact(places).skip(1)) {
                    for ((y, at), &x) in y.iter_mut().zip(at.iter_mut()).zip(row) {
                        (*y, *at) = larger((*y, *at), (x, k));
                    }
                }
            }
        });
        (y, pixels)
    }
    // ANCHOR_END: max
}

impl<F: Float> Layer<F> for MaxPool2d<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let x = in_order(x);
        let walk = walk_over("MaxPool2d", self.window, &x);
        let spare = self.spare.take();
        let (y, places) = self.largest(&x, &walk, spare);
        self.kept = Some((x, places, walk));
        y
    }

    // ANCHOR: max_backward
    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let (x, pixels, walk) = kept("MaxPool2d", self.kept.take());
        check_count("MaxPool2d", &dy, pixels.len());
        let dy = in_order(dy);
        let (part, places) = (channels(&x), walk.places());
        let mut dx = x; // only its memory is needed
        let back = slice_mut(&mut dx).par_chunks_mut(part * walk.image());
        let from = slice(&dy).par_chunks(part * places);
        let at = pixels.par_chunks(part * places);
        back.zip(from).zip(at).for_each(|((dx, dy), at)| {
            let from = dy.chunks_exact(places).zip(at.chunks_exact(places));
            let images = dx.chunks_exact_mut(walk.image()).zip(from);
            if walk.is_in_pairs() {
                dispatch(ToFour { images, walk: &walk });
                return;
            }
            let mut dcolumns = vec![F::zero(); walk.seen() * places];
            for (dx, (dy, at)) in images {
                for (k, row) in (0..).zip(dcolumns.chunks_exact_mut(places)) {
                    for ((dcolumn, &dy), &at) in row.iter_mut().zip(dy).zip(at) {
                        *dcolumn = if at == k { dy } else { F::zero() };
                    }
                }
                dx.fill(F::zero());
                walk.col2im(&dcolumns, dx);
            }
        });
        self.spare = Some((dy, pixels));
        dx
    }
    // ANCHOR_END: max_backward

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let x = in_order(x);
        self.largest(&x, &walk_over("MaxPool2d", self.window, &x), None).0
    }
}

/// The larger of two numbers with its pixel; what is no number must show.
#[inline(always)]
fn larger<F: Float>(best: (F, u32), next: (F, u32)) -> (F, u32) {
    if next.0 > best.0 || next.0.is_nan() { next } else { best }
}

// ANCHOR: of_four
/// The largest of every 2×2 pixels, straight from the image: its rows are read in pairs of pixels.
struct OfFour<'w, I> {
    images: I,
    walk: &'w Walk,
}

impl<'a, F, I> WithSimd for OfFour<'_, I>
where
    F: Float,
    I: Iterator<Item = (&'a [F], (&'a mut [F], &'a mut [u32]))>,
{
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (width, across) = (self.walk.shape().2, self.walk.across);
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

/// The way back: the gradient to the largest of the four, nothing to the others.
struct ToFour<'w, I> {
    images: I,
    walk: &'w Walk,
}

impl<'a, F, I> WithSimd for ToFour<'_, I>
where
    F: Float,
    I: Iterator<Item = (&'a mut [F], (&'a [F], &'a [u32]))>,
{
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (width, across) = (self.walk.shape().2, self.walk.across);
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
fn to_pairs<F: Float>(dy: &[F], at: &[u32], dx: &mut [F], left: u32) {
    for ((&dy, &at), pair) in dy.iter().zip(at).zip(dx.as_chunks_mut::<2>().0) {
        *pair = [left, left + 1].map(|k| if at == k { dy } else { F::zero() });
    }
}

impl<F: Float> AvgPool2d<F> {
    /// A pooling layer with this window.
    ///
    /// # Errors
    /// If the padding is more than half of the window.
    pub fn new(window: Window) -> Result<Self> {
        Ok(Self { window: check("AvgPool2d", window)?, kept: None })
    }

    /// The shape (C, OH, OW) for images of shape (C, H, W).
    ///
    /// # Errors
    /// If the images are smaller than the window.
    pub fn output(&self, image: (usize, usize, usize)) -> Result<(usize, usize, usize)> {
        let (down, across) = self.window.places((image.1, image.2))?;
        Ok((image.0, down, across))
    }

    fn share(&self) -> F {
        let (height, width) = self.window.size();
        F::one() / F::of((height * width) as f64)
    }

    fn means(&self, x: &Tensor<F>, walk: &Walk) -> Tensor<F> {
        let mut y = outputs(x, walk);
        let (stride, share, part) = (self.window.stride(), self.share(), channels(x));
        let inputs = slice(x).par_chunks(part * walk.image());
        let means = slice_mut(&mut y).par_chunks_mut(part * walk.places());
        inputs.zip(means).for_each(|(inputs, means)| {
            let inputs = inputs.chunks_exact(walk.image());
            for (x, y) in inputs.zip(means.chunks_exact_mut(walk.places())) {
                walk.for_each_run(|_, places, first| {
                    let seen = x[first..].iter().step_by(stride);
                    y[places].iter_mut().zip(seen).for_each(|(y, &x)| *y += x);
                });
                y.iter_mut().for_each(|y| *y *= share);
            }
        });
        y
    }
}

impl<F: Float> Layer<F> for AvgPool2d<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let x = in_order(x);
        let walk = walk_over("AvgPool2d", self.window, &x);
        let y = self.means(&x, &walk);
        self.kept = Some((x, walk));
        y
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let (x, walk) = kept("AvgPool2d", self.kept.take());
        let (stride, share, part) = (self.window.stride(), self.share(), channels(&x));
        let count = x.shape()[0] * x.shape()[1] * walk.places();
        check_count("AvgPool2d", &dy, count);
        let dy = dy.as_standard_layout();
        let mut dx = x; // only its memory is needed
        let back = slice_mut(&mut dx).par_chunks_mut(part * walk.image());
        let from = slice(&dy).par_chunks(part * walk.places());
        back.zip(from).for_each(|(dx, dy)| {
            dx.fill(F::zero());
            let channels = dx.chunks_exact_mut(walk.image());
            for (dx, dy) in channels.zip(dy.chunks_exact(walk.places())) {
                walk.for_each_run(|_, places, first| {
                    let seen = dx[first..].iter_mut().step_by(stride);
                    seen.zip(&dy[places]).for_each(|(dx, &dy)| *dx += dy * share);
                });
            }
        });
        dx
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let x = in_order(x);
        self.means(&x, &walk_over("AvgPool2d", self.window, &x))
    }
}
