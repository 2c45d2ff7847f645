//! Sums over shifted lines: what a convolution with stride 1 comes down to.
//!
//! Put the rows of a padded image one after the other into one line. The pixel below pixel `i` is
//! then `row` numbers further on, the pixel to its right one further: every weight of a filter
//! looks at the same line, shifted by a number of its own, and there is no edge to care for.

#![allow(clippy::needless_range_loop)] // plain loops over arrays keep vectors in registers

use pulp::Simd;

use crate::kernels::simd::{lanes, load, store};
use crate::scalar::Scalar;

/// Lines are filled up to a multiple of this: two of the longest vectors.
pub(super) const BLOCK: usize = 32;
/// Filters lie side by side in blocks of so many.
pub(super) const FILTERS: usize = 8;
/// So many of them are summed up at once where there are only sixteen registers.
const HALF: usize = FILTERS / 2;
/// Shifts of a line that are multiplied at once in the backward pass.
pub(super) const SHIFTS: usize = 3;

// ANCHOR: correlate
/// For each of `filters` filters f: out[f][i] = Σₖ w[k][f] · line[shifts[k] + i], for i below `len`.
///
/// `w` holds [`FILTERS`] filters after the other, each block with the numbers of its filters side
/// by side; rows of `out` are `stride` apart. What a last block has too many is left as it is, if
/// it is half of it or more.
#[inline(always)]
pub(super) fn correlate<F: Scalar, S: Simd>(
    simd: S,
    w: &[F],
    filters: usize,
    shifts: &[usize],
    line: &[F],
    out: &mut [F],
    (stride, len): (usize, usize),
) {
    for i in (0..len).step_by(2 * lanes::<F, S>()) {
        let line = &line[i..];
        let blocks = w.chunks_exact(FILTERS * shifts.len());
        let blocks = blocks.zip(out.chunks_exact_mut(FILTERS * stride));
        for (first, (w, out)) in (0..filters).step_by(FILTERS).zip(blocks) {
            let out = &mut out[i..];
            match filters - first {
                // The gradient of images with one channel.
                1 => sums::<F, S, 1>(simd, w, shifts, line, out, stride),
                2..=HALF => sums::<F, S, HALF>(simd, w, shifts, line, out, stride),
                _ if S::REGISTER_COUNT >= 32 => {
                    sums::<F, S, FILTERS>(simd, w, shifts, line, out, stride);
                }
                _ => {
                    sums::<F, S, HALF>(simd, w, shifts, line, out, stride);
                    let out = &mut out[HALF * stride..];
                    sums::<F, S, HALF>(simd, &w[HALF..], shifts, line, out, stride);
                }
            }
        }
    }
}

/// Two vectors of sums for the first `N` filters of a block, which stay in registers until they are
/// done: two loads of the line and one of each weight serve two multiplications for each filter.
#[inline(always)]
fn sums<F: Scalar, S: Simd, const N: usize>(
    simd: S,
    w: &[F],
    shifts: &[usize],
    line: &[F],
    out: &mut [F],
    stride: usize,
) {
    let lanes = lanes::<F, S>();
    let mut sums = [[F::splat(simd, F::zero()); 2]; N];
    for (w, &shift) in w.chunks(FILTERS).zip(shifts) {
        let (near, far) = line[shift..][..2 * lanes].split_at(lanes);
        let x = [load(simd, near), load(simd, far)];
        let w = &w[..N];
        for f in 0..N {
            let w = F::splat(simd, w[f]);
            sums[f][0] = F::multiply_add(simd, w, x[0], sums[f][0]);
            sums[f][1] = F::multiply_add(simd, w, x[1], sums[f][1]);
        }
    }
    for f in 0..N {
        store(simd, &mut out[f * stride..], sums[f][0]);
        store(simd, &mut out[f * stride + lanes..], sums[f][1]);
    }
}
// ANCHOR_END: correlate

// ANCHOR: dot_products
/// Adds to out[f][k] = Σᵢ d[f][i] · line[shifts[k] + i], for i below `len`: the backward pass from
/// sums to weights.
///
/// Rows of `d` are `stride` apart and come [`FILTERS`] at a time, shifts [`SHIFTS`] at a time.
#[inline(always)]
pub(super) fn dot_products<F: Scalar, S: Simd>(
    simd: S,
    d: &[F],
    shifts: &[usize],
    line: &[F],
    out: &mut [F],
    (stride, len): (usize, usize),
) {
    let count = shifts.len();
    let blocks = out.chunks_exact_mut(HALF * count);
    for (out, d) in blocks.zip(d.chunks(HALF * stride)) {
        for (k, shifts) in (0..count).step_by(SHIFTS).zip(shifts.chunks_exact(SHIFTS)) {
            let mut sums = [[F::splat(simd, F::zero()); SHIFTS]; HALF];
            // Written out, so that no bound is checked in the loop and all sums stay in registers.
            let x =
                [&line[shifts[0]..][..len], &line[shifts[1]..][..len], &line[shifts[2]..][..len]];
            let d =
                [&d[..len], &d[stride..][..len], &d[2 * stride..][..len], &d[3 * stride..][..len]];
            let mut i = 0;
            while i + lanes::<F, S>() <= len {
                let x = [load(simd, &x[0][i..]), load(simd, &x[1][i..]), load(simd, &x[2][i..])];
                for f in 0..HALF {
                    let d = load(simd, &d[f][i..]);
                    for k in 0..SHIFTS {
                        sums[f][k] = F::multiply_add(simd, d, x[k], sums[f][k]);
                    }
                }
                i += lanes::<F, S>();
            }
            for (out, sums) in out.chunks_exact_mut(count).zip(sums) {
                for (out, sum) in out[k..].iter_mut().zip(sums) {
                    *out += F::lane_sum(simd, sum);
                }
            }
        }
    }
}
// ANCHOR_END: dot_products
