//! Batch normalisation of images: a feature is a channel, which lies in memory as a plane of H·W
//! numbers for each image.
//!
//! A plane is worked on while it is in cache, and the planes are shared out over threads. What is
//! summed is summed plane by plane, and then in the order of the images: the same bits for any
//! number of threads.

use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;

use crate::layers::batch::{blank, slice, slice_mut};
use crate::{Float, Tensor};

/// Sums that grow side by side, so that the compiler can use vector instructions.
const LANES: usize = 16;

// ANCHOR: statistics
/// Mean and variance of each channel.
///
/// All planes are of one size. So the mean of a channel is the mean of its planes' means, and its
/// variance is the mean of its planes' variances plus the variance of their means.
pub(super) fn statistics<F: Float>(x: &Tensor<F>) -> (Array1<F>, Array1<F>) {
    let size = F::of(plane(x) as f64);
    let (means, variances) = of_each_plane(x, |x, _| {
        let mean = sum(x, x, |x, _| x) / size;
        (mean, sum(x, x, |x, _| (x - mean) * (x - mean)) / size)
    });
    let average = |planes: &Array2<F>| planes.sum_axis(Axis(0)) / F::of(planes.nrows() as f64);
    let mean = average(&means);
    let variance = average(&variances) + average(&(means - &mean).mapv_into(|d| d * d));
    (mean, variance)
}
// ANCHOR_END: statistics

/// y = γ·x̂ + β, and x̂ = (x − μ) / σ in the place of x.
pub(super) fn normalise<F: Float>(
    x: &mut Tensor<F>,
    (mean, sigma): (&Array1<F>, &Array1<F>),
    (gamma, beta): (&Array1<F>, &Array1<F>),
) -> Tensor<F> {
    let mut y = blank(x.shape());
    let (size, channels) = (plane(x), mean.len());
    let planes = slice_mut(x).par_chunks_mut(size).with_min_len(channels);
    planes.zip(slice_mut(&mut y).par_chunks_mut(size)).enumerate().for_each(|(at, (x, y))| {
        let c = at % channels;
        let (mean, share, gamma, beta) = (mean[c], F::one() / sigma[c], gamma[c], beta[c]);
        for (x, y) in x.iter_mut().zip(y) {
            *x = (*x - mean) * share;
            *y = gamma * *x + beta;
        }
    });
    y
}

/// Σ dy and Σ dy·x̂ of each channel: ∂loss/∂β and ∂loss/∂γ.
pub(super) fn gradients<F: Float>(dy: &Tensor<F>, x: &Tensor<F>) -> (Array1<F>, Array1<F>) {
    let (size, x) = (plane(dy), slice(x));
    let (betas, gammas) = of_each_plane(dy, |dy, at| {
        let x = &x[at * size..][..size];
        (sum(dy, dy, |dy, _| dy), sum(dy, x, |dy, x| dy * x))
    });
    (betas.sum_axis(Axis(0)), gammas.sum_axis(Axis(0)))
}

/// x ← scale·x − slope·z − shift, with the three numbers of each channel.
pub(super) fn combine<F: Float>(
    x: &mut Tensor<F>,
    z: &Tensor<F>,
    [scale, slope, shift]: [&Array1<F>; 3],
) {
    let (size, channels) = (plane(x), scale.len());
    let planes = slice_mut(x).par_chunks_mut(size).with_min_len(channels);
    planes.zip(slice(z).par_chunks(size)).enumerate().for_each(|(at, (x, z))| {
        let c = at % channels;
        let (scale, slope, shift) = (scale[c], slope[c], shift[c]);
        for (x, &z) in x.iter_mut().zip(z) {
            *x = scale * *x - slope * z - shift;
        }
    });
}

/// x ← scale·x + shift, with the two numbers of each channel.
pub(super) fn stretch<F: Float>(x: &mut Tensor<F>, scale: &Array1<F>, shift: &Array1<F>) {
    let (size, channels) = (plane(x), scale.len());
    let planes = slice_mut(x).par_chunks_mut(size).with_min_len(channels);
    planes.enumerate().for_each(|(at, x)| {
        let (scale, shift) = (scale[at % channels], shift[at % channels]);
        x.iter_mut().for_each(|x| *x = scale * *x + shift);
    });
}

/// Numbers in a plane.
fn plane<F>(x: &Tensor<F>) -> usize {
    (x.shape()[2] * x.shape()[3]).max(1)
}

/// Two numbers about each plane, both N×C; `f` is given the plane and how many come before it.
fn of_each_plane<F: Float>(
    x: &Tensor<F>,
    f: impl Fn(&[F], usize) -> (F, F) + Sync,
) -> (Array2<F>, Array2<F>) {
    let shape = (x.shape()[0], x.shape()[1]);
    let planes = slice(x).par_chunks(plane(x)).with_min_len(shape.1).enumerate();
    let (first, second) = planes.map(|(at, plane)| f(plane, at)).unzip();
    let matrix = |numbers| Array2::from_shape_vec(shape, numbers).expect("a number for each plane");
    (matrix(first), matrix(second))
}

/// Σ f(a, b) over two slices of one length.
fn sum<F: Float>(a: &[F], b: &[F], f: impl Fn(F, F) -> F) -> F {
    let mut sums = [F::zero(); LANES];
    let (a, b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: F = a.remainder().iter().zip(b.remainder()).map(|(&a, &b)| f(a, b)).sum();
    for (a, b) in a.zip(b) {
        for ((sum, &a), &b) in sums.iter_mut().zip(a).zip(b) {
            *sum += f(a, b);
        }
    }
    sums.into_iter().sum::<F>() + rest
}
