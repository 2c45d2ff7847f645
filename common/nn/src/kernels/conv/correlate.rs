//! Sums over shifted lines: what a convolution with stride 1 comes down to.
//!
//! Put the rows of a padded image one after the other into one line. The pixel below pixel `i` is
//! then `row` numbers further on, the pixel to its right one further: every weight of a filter
//! looks at the same line, shifted by a number of its own, and there is no edge to care for.

use pulp::Simd;

use crate::kernels::simd::{lanes, load, store};
use crate::scalar::Scalar;

/// Lines are filled up to a multiple of this: two of the longest vectors.
pub(super) const BLOCK: usize = 32;
/// Filters that are summed up at once: what is loaded of a line serves them all.
pub(super) const FILTERS: usize = 4;
/// Shifts of a line that are multiplied at once in the backward pass.
pub(super) const SHIFTS: usize = 3;

// ANCHOR: correlate
/// For every filter f: out[f][i] = Σₖ w[k][f] · line[shifts[k] + i], for i below `len`.
///
/// `w` holds [`FILTERS`] filters after the other, each block with the numbers of its filters side
/// by side; rows of `out` are `stride` apart. Eight sums stay in registers until they are done.
#[inline(always)]
pub(super) fn correlate<F: Scalar, S: Simd>(
    simd: S,
    w: &[F],
    shifts: &[usize],
    line: &[F],
    out: &mut [F],
    (stride, len): (usize, usize),
) {
    let lanes = lanes::<F, S>();
    for i in (0..len).step_by(2 * lanes) {
        let line = &line[i..];
        let blocks = w.chunks_exact(FILTERS * shifts.len());
        for (w, out) in blocks.zip(out.chunks_exact_mut(FILTERS * stride)) {
            let mut sums = [[F::splat(simd, F::zero()); 2]; FILTERS];
            for (w, &shift) in w.chunks_exact(FILTERS).zip(shifts) {
                let (near, far) = line[shift..][..2 * lanes].split_at(lanes);
                let x = [load(simd, near), load(simd, far)];
                for (sums, &w) in sums.iter_mut().zip(w) {
                    let w = F::splat(simd, w);
                    sums[0] = F::multiply_add(simd, w, x[0], sums[0]);
                    sums[1] = F::multiply_add(simd, w, x[1], sums[1]);
                }
            }
            for (sums, out) in sums.into_iter().zip(out.chunks_exact_mut(stride)) {
                store(simd, &mut out[i..], sums[0]);
                store(simd, &mut out[i + lanes..], sums[1]);
            }
        }
    }
}
// ANCHOR_END: correlate

// ANCHOR: dot_products
/// Adds to out[f][k] = Σᵢ d[f][i] · line[shifts[k] + i], for i below `len`: the backward pass from
/// sums to weights.
///
/// Rows of `d` are `stride` apart and come [`FILTERS`] at a time, shifts [`SHIFTS`] at a time.
#[inline(always)]
pub(super) fn dot_products<'a, F: Scalar, S: Simd>(
    simd: S,
    d: &'a [F],
    shifts: &[usize],
    line: &'a [F],
    out: &mut [F],
    (stride, len): (usize, usize),
) {
    let lanes = lanes::<F, S>();
    let count = shifts.len();
    let blocks = out.chunks_exact_mut(FILTERS * count);
    for (out, d) in blocks.zip(d.chunks(FILTERS * stride)) {
        for (k, shifts) in (0..count).step_by(SHIFTS).zip(shifts.chunks_exact(SHIFTS)) {
            let mut sums = [[F::splat(simd, F::zero()); SHIFTS]; FILTERS];
            // Written out, so that no bound is checked in the loop and all sums stay in registers.
            let x0 = &line[shifts[0]..][..len];
            let x1 = &line[shifts[1]..][..len];
            let x2 = &line[shifts[2]..][..len];
            let d0 = &d[..len];
            let d1 = &d[stride..][..len];
            let d2 = &d[2 * stride..][..len];
            let d3 = &d[3 * stride..][..len];
            let mut i = 0;
            while i + lanes <= len {
                let (x0, x1, x2) =
                    (load(simd, &x0[i..]), load(simd, &x1[i..]), load(simd, &x2[i..]));
                let (d0, d1) = (load(simd, &d0[i..]), load(simd, &d1[i..]));
                let (d2, d3) = (load(simd, &d2[i..]), load(simd, &d3[i..]));
                for (f, d) in [d0, d1, d2, d3].into_iter().enumerate() {
                    for (k, x) in [x0, x1, x2].into_iter().enumerate() {
                        sums[f][k] = F::multiply_add(simd, d, x, sums[f][k]);
                    }
                }
                i += lanes;
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
