//! Winograd's minimal filtering, F(4, 3): four sums of three products each for six
//! multiplications instead of twelve (Winograd, 1980; for convolutions, Lavin and Gray, 2016).
//!
//! For six numbers d of a column of the image, and the three weights g of a filter's column,
//! y = Aᵀ[(G·g) ⊙ (Bᵀ·d)] are the four sums that a convolution would give. Ours works on columns
//! only: along the rows, the products ⊙ are convolutions with three taps.

use std::array::from_fn;

use pulp::Simd;

use super::Shape;
use super::correlate::FILTERS;
use super::lines::{Buffers, Lines, copy};
use crate::kernels::simd::{lanes, load, store};
use crate::scalar::Scalar;

/// Rows that a tile of the output has.
pub(super) const OUT: usize = 4;
/// Rows of the image that these need, and products that they cost.
pub(super) const IN: usize = 6;
/// Rows of a filter.
pub(super) const TAPS: usize = 3;

// ANCHOR: matrices
/// Bᵀ: what becomes of a column of the image.
const INPUT: [[f64; IN]; IN] = [
    [4., 0., -5., 0., 1., 0.],
    [0., -4., -4., 1., 1., 0.],
    [0., 4., -4., -1., 1., 0.],
    [0., -2., -1., 2., 1., 0.],
    [0., 2., -1., -2., 1., 0.],
    [0., 4., 0., -5., 0., 1.],
];

/// G: what becomes of a column of a filter.
const FILTER: [[f64; TAPS]; IN] = [
    [1. / 4., 0., 0.],
    [-1. / 6., -1. / 6., -1. / 6.],
    [-1. / 6., 1. / 6., -1. / 6.],
    [1. / 24., 1. / 12., 1. / 6.],
    [1. / 24., -1. / 12., 1. / 6.],
    [0., 0., 1.],
];

/// Aᵀ: from the six products to the four sums.
const OUTPUT: [[f64; IN]; OUT] = [
    [1., 1., 1., 1., 1., 0.],
    [0., 1., -1., 2., -2., 0.],
    [0., 1., 1., 4., 4., 0.],
    [0., 1., -1., 8., -8., 1.],
];
// ANCHOR_END: matrices

/// B: the input transform of gradients.
const INPUT_BACK: [[f64; IN]; IN] = transposed(INPUT);
/// A: the output transform of gradients.
const OUTPUT_BACK: [[f64; OUT]; IN] = transposed(OUTPUT);

/// The rows of a matrix as its columns.
const fn transposed<const R: usize, const C: usize>(matrix: [[f64; C]; R]) -> [[f64; R]; C] {
    let mut result = [[0.; R]; C];
    let mut i = 0;
    while i < R * C {
        result[i % C][i / C] = matrix[i / C][i % C];
        i += 1;
    }
    result
}

/// A matrix times a column of vectors; the matrix is known when this is compiled, so that zeros
/// and ones cost nothing.
#[inline(always)]
fn product<F: Scalar, S: Simd, const R: usize, const C: usize>(
    simd: S,
    matrix: &[[f64; C]; R],
    x: &[F::Lanes<S>; C],
) -> [F::Lanes<S>; R] {
    let mut y = [F::splat(simd, F::zero()); R];
    for r in 0..R {
        for c in 0..C {
            if matrix[r][c] != 0. {
                y[r] = F::multiply_add(simd, F::splat(simd, F::of(matrix[r][c])), x[c], y[r]);
            }
        }
    }
    y
}

/// The transformed weights of [`FILTERS`] kernels 3×3, those of element `p` of a tile at
/// `packed[p * step + at..]`, each weight of all kernels side by side.
pub(super) fn pack<F: Scalar>(
    kernels: [&[F]; FILTERS],
    packed: &mut [F],
    (at, step): (usize, usize),
) {
    let factors = FILTER.map(|row| row.map(F::of));
    for k in 0..TAPS {
        let column = from_fn(|r| kernels.map(|kernel| kernel[r * TAPS + k]));
        for (p, sums) in times(&factors, &column).into_iter().enumerate() {
            packed[p * step + at + k * FILTERS..][..FILTERS].copy_from_slice(&sums);
        }
    }
}

/// The gradient of one channel's kernel, 3×3, from those of its transformed weights: `found(p, k)`
/// is that of element `p` of a tile, column `k`.
pub(super) fn kernel_gradient<F: Scalar>(found: impl Fn(usize, usize) -> F, dw: &mut [F]) {
    let factors: [[F; IN]; TAPS] = from_fn(|r| FILTER.map(|row| F::of(row[r])));
    let found: [[F; TAPS]; IN] = from_fn(|p| from_fn(|k| found(p, k)));
    dw.copy_from_slice(times(&factors, &found).as_flattened());
}

/// A small matrix times columns that lie side by side.
#[inline(always)]
fn times<F: Scalar, const R: usize, const C: usize, const N: usize>(
    factors: &[[F; C]; R],
    x: &[[F; N]; C],
) -> [[F; N]; R] {
    factors.map(|factors| {
        let mut sums = [F::zero(); N];
        for (factor, x) in factors.into_iter().zip(x) {
            sums.iter_mut().zip(x).for_each(|(sum, &x)| *sum += factor * x);
        }
        sums
    })
}

// ANCHOR: input
/// The input transform: from images to the six lines of each channel, Bᵀ·d for every tile of six
/// rows.
#[inline(always)]
pub(super) fn input<F: Scalar, S: Simd>(
    lines: &Lines,
    simd: S,
    images: &[F],
    buffers: &mut Buffers<F>,
) {
    let Shape { channels, image: (height, width), pad, .. } = lines.shape;
    let (line, step) = (lines.line(), lines.lines());
    buffers.phases.fill(F::zero());
    for c in 0..channels {
        for (n, image) in images.chunks_exact(lines.shape.image_len()).enumerate() {
            let rows = image[c * height * width..].chunks_exact(width).take(height);
            for (y, row) in (pad..).zip(rows) {
                let at = lines.at_in_phases(y, n) + pad;
                copy(&mut buffers.phases[at..at + width], row);
            }
        }
        for i in (0..lines.sums).step_by(lanes::<F, S>()) {
            let mut d = [F::splat(simd, F::zero()); IN];
            for (r, d) in d.iter_mut().enumerate() {
                *d = load(simd, &buffers.phases[lines.at_in_phases(r, 0) + i..]);
            }
            let v = product::<F, S, _, _>(simd, &INPUT, &d);
            for (p, v) in v.into_iter().enumerate() {
                store(simd, &mut buffers.lines[p * step + c * line + i..], v);
            }
        }
        for p in 0..IN {
            buffers.lines[p * step + c * line + lines.sums..][..lines.reach].fill(F::zero());
        }
    }
}
// ANCHOR_END: input

/// The output transform: from the six sums of each tile, Aᵀ times them, to four rows of a map.
#[inline(always)]
pub(super) fn output<F: Scalar, S: Simd>(
    lines: &Lines,
    simd: S,
    buffers: &mut Buffers<F>,
    bias: &[F],
    maps: &mut [F],
) {
    let Shape { map: (height, width), .. } = lines.shape;
    let (line, step) = (lines.sum_line(), lines.sum_lines());
    let one = F::splat(simd, F::one());
    for (f, &bias) in bias.iter().enumerate() {
        let bias = F::splat(simd, bias);
        for i in (0..lines.sums).step_by(lanes::<F, S>()) {
            let mut m = [F::splat(simd, F::zero()); IN];
            for (p, m) in m.iter_mut().enumerate() {
                *m = load(simd, &buffers.sums[p * step + f * line + i..]);
            }
            let y = product::<F, S, _, _>(simd, &OUTPUT, &m);
            for (k, y) in y.into_iter().enumerate() {
                let phase = &mut buffers.phases[k * lines.phase() + i..];
                store(simd, phase, F::multiply_add(simd, one, y, bias));
            }
        }
        for (n, map) in maps.chunks_exact_mut(lines.shape.map_len()).enumerate() {
            let rows = map[f * height * width..].chunks_exact_mut(width).take(height);
            for (y, row) in rows.enumerate() {
                copy(row, &buffers.phases[lines.at_in_phases(y, n)..][..width]);
            }
        }
    }
}

/// From the gradients of all maps to those of the tiles' sums, A times them, and of the biases.
#[inline(always)]
pub(super) fn output_gradient<F: Scalar, S: Simd>(
    lines: &Lines,
    simd: S,
    maps: &[F],
    buffers: &mut Buffers<F>,
    db: &mut [F],
) {
    let Shape { map: (height, width), .. } = lines.shape;
    let (line, step) = (lines.sum_line(), lines.sum_lines());
    let one = F::splat(simd, F::one());
    for line in buffers.sums.chunks_exact_mut(line) {
        line[..lines.reach].fill(F::zero());
        line[lines.reach + lines.sums..].fill(F::zero());
    }
    buffers.phases.fill(F::zero());
    for (f, db) in db.iter_mut().enumerate() {
        for (n, map) in maps.chunks_exact(lines.shape.map_len()).enumerate() {
            let rows = map[f * height * width..].chunks_exact(width).take(height);
            for (y, row) in rows.enumerate() {
                copy(&mut buffers.phases[lines.at_in_phases(y, n)..][..width], row);
            }
        }
        let mut sum = F::splat(simd, F::zero());
        for i in (0..lines.sums).step_by(lanes::<F, S>()) {
            let at = f * line + lines.reach + i;
            let mut y = [F::splat(simd, F::zero()); OUT];
            for (k, y) in y.iter_mut().enumerate() {
                *y = load(simd, &buffers.phases[k * lines.phase() + i..]);
                sum = F::multiply_add(simd, one, *y, sum);
            }
            let m = product::<F, S, _, _>(simd, &OUTPUT_BACK, &y);
            for (p, m) in m.into_iter().enumerate() {
                store(simd, &mut buffers.sums[p * step + at..], m);
            }
        }
        *db += F::lane_sum(simd, sum);
    }
}

/// From the gradients of the channels' six lines, B times them, to those of the images.
#[inline(always)]
pub(super) fn input_gradient<F: Scalar, S: Simd>(
    lines: &Lines,
    simd: S,
    buffers: &mut Buffers<F>,
    images: &mut [F],
) {
    let Shape { channels, image: (height, width), pad, .. } = lines.shape;
    let (line, step) = (lines.line(), lines.lines());
    let one = F::splat(simd, F::one());
    for c in 0..channels {
        // Rows 4 and 5 of a tile are rows 0 and 1 of the next: these are added up.
        let shared = IN - OUT;
        buffers.phases[..shared * lines.phase()].fill(F::zero());
        for i in (0..lines.sums).step_by(lanes::<F, S>()) {
            let mut v = [F::splat(simd, F::zero()); IN];
            for (p, v) in v.iter_mut().enumerate() {
                *v = load(simd, &buffers.lines[p * step + c * line + i..]);
            }
            let d = product::<F, S, _, _>(simd, &INPUT_BACK, &v);
            for (r, d) in d.into_iter().enumerate() {
                let phase = &mut buffers.phases[lines.at_in_phases(r, 0) + i..];
                let d = match r % OUT < shared {
                    true => F::multiply_add(simd, one, load(simd, phase), d),
                    false => d,
                };
                store(simd, phase, d);
            }
        }
        for (n, image) in images.chunks_exact_mut(lines.shape.image_len()).enumerate() {
            let rows = image[c * height * width..].chunks_exact_mut(width).take(height);
            for (y, row) in (pad..).zip(rows) {
                copy(row, &buffers.phases[lines.at_in_phases(y, n) + pad..][..width]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_sums_of_three_products_for_six_multiplications() {
        let (d, g) = ([1., -2., 3., 5., -8., 13.], [2., -3., 0.5]);
        let apply = |row: &[f64], x: &[f64]| row.iter().zip(x).map(|(a, x)| a * x).sum::<f64>();
        let products: Vec<f64> =
            INPUT.iter().zip(&FILTER).map(|(b, f)| apply(b, &d) * apply(f, &g)).collect();
        for (k, row) in OUTPUT.iter().enumerate() {
            let direct = apply(&d[k..k + TAPS], &g);
            assert!((apply(row, &products) - direct).abs() < 1e-12, "sum {k}");
        }
    }
}
