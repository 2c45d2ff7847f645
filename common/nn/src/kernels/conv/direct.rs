//! Direct convolution: a channel is one line, and every weight of a filter multiplies it, shifted.

use pulp::Simd;

use super::Shape;
use super::correlate::FILTERS;
use super::lines::{Buffers, Lines, copy};
use crate::kernels::simd::{lanes, load, store};
use crate::scalar::Scalar;

/// The weights of [`FILTERS`] kernels KH×KW, weight by weight, each weight of all kernels side by
/// side.
pub(super) fn pack<F: Scalar>(kernels: [&[F]; FILTERS], packed: &mut [F]) {
    for (k, packed) in packed.chunks_exact_mut(FILTERS).enumerate() {
        packed.copy_from_slice(&kernels.map(|kernel| kernel[k]));
    }
}

// ANCHOR: input
/// From images to the lines of their channels.
#[inline(always)]
pub(super) fn input<F: Scalar>(lines: &Lines, images: &[F], buffers: &mut Buffers<F>) {
    let Shape { channels, image: (height, width), pad, .. } = lines.shape;
    let line = lines.line();
    buffers.lines.fill(F::zero());
    for c in 0..channels {
        for (n, image) in images.chunks_exact(lines.shape.image_len()).enumerate() {
            let rows = image[c * height * width..].chunks_exact(width).take(height);
            for (y, row) in (pad..).zip(rows) {
                let at = c * line + lines.at(y, n) + pad;
                copy(&mut buffers.lines[at..at + width], row);
            }
        }
    }
}
// ANCHOR_END: input

/// From the sums of all filters to their maps.
#[inline(always)]
pub(super) fn output<F: Scalar, S: Simd>(
    lines: &Lines,
    simd: S,
    buffers: &mut Buffers<F>,
    bias: &[F],
    maps: &mut [F],
) {
    let Shape { map: (height, width), .. } = lines.shape;
    let line = lines.sum_line();
    let one = F::splat(simd, F::one());
    for (f, &bias) in bias.iter().enumerate() {
        let bias = F::splat(simd, bias);
        for i in (0..lines.sums).step_by(lanes::<F, S>()) {
            let sum = &mut buffers.sums[f * line + i..];
            store(simd, sum, F::multiply_add(simd, one, load(simd, sum), bias));
        }
        for (n, map) in maps.chunks_exact_mut(lines.shape.map_len()).enumerate() {
            let rows = map[f * height * width..].chunks_exact_mut(width).take(height);
            for (y, row) in rows.enumerate() {
                copy(row, &buffers.sums[f * line + lines.at(y, n)..][..width]);
            }
        }
    }
}

/// From the gradients of all maps to those of their sums, and of the biases.
#[inline(always)]
pub(super) fn output_gradient<F: Scalar, S: Simd>(
    lines: &Lines,
    simd: S,
    maps: &[F],
    buffers: &mut Buffers<F>,
    db: &mut [F],
) {
    let Shape { map: (height, width), .. } = lines.shape;
    let line = lines.sum_line();
    let one = F::splat(simd, F::one());
    buffers.sums.fill(F::zero());
    for (f, db) in db.iter_mut().enumerate() {
        let sums = &mut buffers.sums[f * line + lines.reach..];
        for (n, map) in maps.chunks_exact(lines.shape.map_len()).enumerate() {
            let rows = map[f * height * width..].chunks_exact(width).take(height);
            for (y, row) in rows.enumerate() {
                copy(&mut sums[lines.at(y, n)..][..width], row);
            }
        }
        let mut sum = F::splat(simd, F::zero());
        for i in (0..lines.sums).step_by(lanes::<F, S>()) {
            sum = F::multiply_add(simd, one, load(simd, &sums[i..]), sum);
        }
        *db += F::lane_sum(simd, sum);
    }
}

/// From the gradients of the channels' lines to those of the images.
#[inline(always)]
pub(super) fn input_gradient<F: Scalar>(lines: &Lines, buffers: &Buffers<F>, images: &mut [F]) {
    let Shape { channels, image: (height, width), pad, .. } = lines.shape;
    let line = lines.line();
    for c in 0..channels {
        for (n, image) in images.chunks_exact_mut(lines.shape.image_len()).enumerate() {
            let rows = image[c * height * width..].chunks_exact_mut(width).take(height);
            for (y, row) in (pad..).zip(rows) {
                copy(row, &buffers.lines[c * line + lines.at(y, n) + pad..][..width]);
            }
        }
    }
}
