//! Direct convolution: a channel is one line, and every weight of a filter multiplies it, shifted.

use std::array::from_fn;

use pulp::Simd;

use super::buffers::Buffers;
use super::correlate::{FILTERS, SHIFTS, correlate, dot_products};
use super::lines::{Lines, copy, map_row, padded_width};
use super::{AddUp, Backward, Forward, Pack, Shape};
use crate::kernels::simd::sum;
use crate::scalar::Scalar;

/// About as many numbers should be in a line: enough to fill vectors, few enough for the cache.
const LINE: usize = 416;

/// Images that are worked on together.
fn group(shape: &Shape) -> usize {
    (LINE / (shape.map.0 * padded_width(shape))).max(1)
}

/// Weights of a filter, as many as [`dot_products`] works on at once.
fn padded_taps(shape: &Shape) -> usize {
    shape.filter_len().next_multiple_of(SHIFTS)
}

/// Gradients of the filters, as many filters as [`dot_products`] works on at once.
pub(super) fn gradients(shape: &Shape) -> usize {
    shape.filters.next_multiple_of(FILTERS) * padded_taps(shape)
}

/// Filters F×C×KH×KW, [`FILTERS`] of them side by side, weight by weight. Where filters are missing in
/// the last block, the last one stands in for them.
pub(super) fn pack<F: Scalar>(work: Pack<'_, F>) {
    let Pack { shape, w, forward, packed } = work;
    let Shape { channels, filters, window: (height, width), .. } = shape;
    let (outputs, inputs) = if forward { (filters, channels) } else { (channels, filters) };
    let taps = height * width;
    packed.resize(outputs.next_multiple_of(FILTERS) * inputs * taps, F::zero());
    let mut blocks = packed.chunks_exact_mut(FILTERS * taps);
    for first in (0..outputs).step_by(FILTERS) {
        for input in 0..inputs {
            let kernels: [&[F]; FILTERS] = from_fn(|i| {
                let output = (first + i).min(outputs - 1);
                let (f, c) = if forward { (output, input) } else { (input, output) };
                &w[(f * channels + c) * taps..][..taps]
            });
            let block = blocks.next().into_iter().flat_map(|block| block.as_chunks_mut().0);
            block.enumerate().for_each(|(k, block)| *block = kernels.map(|kernel| kernel[k]));
        }
    }
}

// ANCHOR: forward
/// Images to maps.
#[inline(always)]
pub(super) fn forward<F: Scalar, S: Simd>(simd: S, work: Forward<'_, F>) {
    let Forward { shape, filters, bias, images, maps, buffers } = work;
    let group = group(&shape);
    let images = images.chunks(group * shape.image_len());
    for (images, maps) in images.zip(maps.chunks_mut(group * shape.map_len())) {
        let lines = Lines::new(shape, images.len() / shape.image_len());
        lines.fit(buffers);
        input(&lines, images, buffers);
        let Buffers { inputs: line, outputs: sums, .. } = buffers;
        let size = (lines.sum_line(), lines.sums);
        correlate(simd, filters, shape.filters, &lines.shifts(true), line, sums, size);
        output(&lines, buffers, bias, maps);
    }
}
// ANCHOR_END: forward

// ANCHOR: backward
/// Gradients of maps to those of weights, and to those of images.
#[inline(always)]
pub(super) fn backward<F: Scalar, S: Simd>(simd: S, work: Backward<'_, F>) {
    let Backward { shape, filters, images, maps, d, buffers } = work;
    let group = group(&shape);
    d.fill(F::zero());
    let (dw, db) = d.split_at_mut(gradients(&shape));
    let images = images.chunks_mut(group * shape.image_len());
    for (images, maps) in images.zip(maps.chunks(group * shape.map_len())) {
        let lines = Lines::new(shape, images.len() / shape.image_len());
        lines.fit(buffers);
        input(&lines, images, buffers);
        output_gradient(&lines, simd, maps, buffers, db);
        let mut shifts = lines.shifts(true);
        shifts.resize(padded_taps(&shape), 0);
        let Buffers { inputs: line, outputs: sums, .. } = buffers;
        let size = (lines.sum_line(), lines.sums);
        dot_products(simd, &sums[lines.reach..], &shifts, line, dw, size);
        if let Some(filters) = filters {
            let size = (lines.line(), lines.line());
            correlate(simd, filters, shape.channels, &lines.shifts(false), sums, line, size);
            input_gradient(&lines, buffers, images);
        }
    }
}
// ANCHOR_END: backward

/// The gradients of some filters C×KH×KW.
pub(super) fn add_up<F: Scalar>(work: AddUp<'_, F>) {
    let AddUp { shape, parts, first, dw, .. } = work;
    let (part, row) = (gradients(&shape) + shape.filters, padded_taps(&shape));
    for (f, dw) in (first..).zip(dw.chunks_exact_mut(shape.filter_len())) {
        dw.fill(F::zero());
        for part in parts.chunks_exact(part) {
            dw.iter_mut().zip(&part[f * row..]).for_each(|(sum, &d)| *sum += d);
        }
    }
}

// ANCHOR: input
/// From images to the lines of their channels.
#[inline(always)]
fn input<F: Scalar>(lines: &Lines, images: &[F], buffers: &mut Buffers<F>) {
    let Shape { channels, image: (height, width), pad, .. } = lines.shape;
    let line = lines.line();
    buffers.inputs.fill(F::zero());
    for c in 0..channels {
        for (n, image) in images.chunks_exact(lines.shape.image_len()).enumerate() {
            let rows = image[c * height * width..].chunks_exact(width).take(height);
            for (y, row) in (pad..).zip(rows) {
                let at = c * line + lines.at(y, n) + pad;
                copy(&mut buffers.inputs[at..at + width], row);
            }
        }
    }
}
// ANCHOR_END: input

/// From the sums of all filters to their maps.
#[inline(always)]
fn output<F: Scalar>(lines: &Lines, buffers: &Buffers<F>, bias: &[F], maps: &mut [F]) {
    let Shape { map: (height, width), .. } = lines.shape;
    let line = lines.sum_line();
    for (f, &bias) in bias.iter().enumerate() {
        for (n, map) in maps.chunks_exact_mut(lines.shape.map_len()).enumerate() {
            let rows = map[f * height * width..].chunks_exact_mut(width).take(height);
            for (y, row) in rows.enumerate() {
                let sums = &buffers.outputs[f * line + lines.at(y, n)..][..width];
                map_row(row, sums, |sum| sum + bias);
            }
        }
    }
}

/// From the gradients of all maps to those of their sums, and of the biases.
#[inline(always)]
fn output_gradient<F: Scalar, S: Simd>(
    lines: &Lines,
    simd: S,
    maps: &[F],
    buffers: &mut Buffers<F>,
    db: &mut [F],
) {
    let Shape { map: (height, width), .. } = lines.shape;
    let line = lines.sum_line();
    let padded = padded_width(&lines.shape);
    for (f, db) in db.iter_mut().enumerate() {
        let sums = &mut buffers.outputs[f * line..][..line];
        sums[..lines.reach].fill(F::zero());
        sums[lines.reach + lines.at(height, 0)..].fill(F::zero());
        let sums = &mut sums[lines.reach..];
        for (n, map) in maps.chunks_exact(lines.shape.map_len()).enumerate() {
            let rows = map[f * height * width..].chunks_exact(width).take(height);
            for (y, row) in rows.enumerate() {
                let (sums, gap) = sums[lines.at(y, n)..][..padded].split_at_mut(width);
                copy(sums, row);
                gap.fill(F::zero());
            }
        }
        *db += sum(simd, &sums[..lines.sums]);
    }
}

/// From the gradients of the channels' lines to those of the images.
#[inline(always)]
fn input_gradient<F: Scalar>(lines: &Lines, buffers: &Buffers<F>, images: &mut [F]) {
    let Shape { channels, image: (height, width), pad, .. } = lines.shape;
    let line = lines.line();
    for c in 0..channels {
        for (n, image) in images.chunks_exact_mut(lines.shape.image_len()).enumerate() {
            let rows = image[c * height * width..].chunks_exact_mut(width).take(height);
            for (y, row) in (pad..).zip(rows) {
                copy(row, &buffers.inputs[c * line + lines.at(y, n) + pad..][..width]);
            }
        }
    }
}
