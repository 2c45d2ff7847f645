//! Winograd's minimal filtering, F(4, 3): four sums of three products each for six
//! multiplications instead of twelve (Winograd, 1980; for convolutions, Lavin and Gray, 2016).
//!
//! For six numbers d and three weights g, y = Aᵀ[(G·g) ⊙ (Bᵀ·d)] are the four sums that a convolution
//! would give. Applied to the columns of a tile and then to its rows, 36 multiplications give 16 sums
//! that would take 144.
//!
//! Each matrix is written out as the few additions that it comes down to.

#![allow(clippy::needless_range_loop)] // plain loops over arrays keep vectors in registers

use pulp::Simd;

use crate::kernels::simd::{load, store};
use crate::scalar::Scalar;

/// Sums of a tile's row.
pub(super) const OUT: usize = 4;
/// Numbers that these need, and products that they cost.
pub(super) const IN: usize = 6;
/// Weights of a filter's row.
pub(super) const TAPS: usize = 3;

/// A matrix of minimal filtering, `TO`×`FROM`.
pub(super) trait Transform<const FROM: usize, const TO: usize>: Copy {
    /// The matrix times a column of vectors.
    fn apply<F: Scalar, S: Simd>(simd: S, x: [F::Lanes<S>; FROM]) -> [F::Lanes<S>; TO];
}

/// Applies a matrix to the columns of a tile and then to its rows: reads FROM×FROM vectors from
/// `from`, `step` apart down and across, and writes TO×TO of them to `to`. Where it overlaps with the
/// tile above or the one to its left, it adds them to what stands there.
#[inline(always)]
pub(super) fn transform<T, F, S, const FROM: usize, const TO: usize>(
    _: T,
    simd: S,
    (from, step): (&[F], (usize, usize)),
    (to, to_step): (&mut [F], (usize, usize)),
    (below, beside): (bool, bool),
) where
    T: Transform<FROM, TO>,
    F: Scalar,
    S: Simd,
{
    // Loops and no closures: what holds vectors must be inlined.
    let zero = F::splat(simd, F::zero());
    let mut columns = [[zero; FROM]; TO];
    for s in 0..FROM {
        let mut column = [zero; FROM];
        for r in 0..FROM {
            column[r] = load(simd, &from[r * step.0 + s * step.1..]);
        }
        let column = T::apply::<F, S>(simd, column);
        for r in 0..TO {
            columns[r][s] = column[r];
        }
    }
    for r in 0..TO {
        let row = T::apply::<F, S>(simd, columns[r]);
        for s in 0..TO {
            let to = &mut to[r * to_step.0 + s * to_step.1..];
            match (below && r < IN - OUT) || (beside && s < IN - OUT) {
                true => store(simd, to, F::plus(simd, load(simd, to), row[s])),
                false => store(simd, to, row[s]),
            }
        }
    }
}

/// a·x + y with a factor that is known.
#[inline(always)]
fn scaled<F: Scalar, S: Simd>(simd: S, a: f64, x: F::Lanes<S>, y: F::Lanes<S>) -> F::Lanes<S> {
    F::multiply_add(simd, F::splat(simd, F::of(a)), x, y)
}

// ANCHOR: matrices
/// Bᵀ·d: what becomes of six numbers of an image.
///
/// ```text
///      4   0  −5   0   1   0
///      0  −4  −4   1   1   0
/// Bᵀ = 0   4  −4  −1   1   0
///      0  −2  −1   2   1   0
///      0   2  −1  −2   1   0
///      0   4   0  −5   0   1
/// ```
#[derive(Clone, Copy)]
pub(super) struct Input;

impl Transform<IN, IN> for Input {
    #[inline(always)]
    fn apply<F: Scalar, S: Simd>(simd: S, d: [F::Lanes<S>; IN]) -> [F::Lanes<S>; IN] {
        let even = scaled::<F, S>(simd, -4., d[2], d[4]);
        let odd = scaled::<F, S>(simd, -4., d[1], d[3]);
        let even_2 = F::minus(simd, d[4], d[2]);
        let odd_2 = F::minus(simd, d[3], d[1]);
        [
            scaled::<F, S>(simd, 4., d[0], scaled::<F, S>(simd, -5., d[2], d[4])),
            F::plus(simd, even, odd),
            F::minus(simd, even, odd),
            scaled::<F, S>(simd, 2., odd_2, even_2),
            scaled::<F, S>(simd, -2., odd_2, even_2),
            scaled::<F, S>(simd, 4., d[1], scaled::<F, S>(simd, -5., d[3], d[5])),
        ]
    }
}

/// G·g: what becomes of three weights.
///
/// ```text
///      1/4     0     0
///     −1/6  −1/6  −1/6
/// G = −1/6   1/6  −1/6
///     1/24  1/12   1/6
///     1/24 −1/12   1/6
///        0     0     1
/// ```
#[derive(Clone, Copy)]
pub(super) struct Filter;

impl Transform<TAPS, IN> for Filter {
    #[inline(always)]
    fn apply<F: Scalar, S: Simd>(simd: S, g: [F::Lanes<S>; TAPS]) -> [F::Lanes<S>; IN] {
        let zero = F::splat(simd, F::zero());
        let even = scaled::<F, S>(simd, -1. / 6., F::plus(simd, g[0], g[2]), zero);
        let even_2 =
            scaled::<F, S>(simd, 1. / 24., g[0], scaled::<F, S>(simd, 1. / 6., g[2], zero));
        [
            scaled::<F, S>(simd, 1. / 4., g[0], zero),
            scaled::<F, S>(simd, -1. / 6., g[1], even),
            scaled::<F, S>(simd, 1. / 6., g[1], even),
            scaled::<F, S>(simd, 1. / 12., g[1], even_2),
            scaled::<F, S>(simd, -1. / 12., g[1], even_2),
            g[2],
        ]
    }
}

/// Aᵀ·m: from six products to four sums.
///
/// ```text
///      1   1   1   1   1   0
/// Aᵀ = 0   1  −1   2  −2   0
///      0   1   1   4   4   0
///      0   1  −1   8  −8   1
/// ```
#[derive(Clone, Copy)]
pub(super) struct Output;

impl Transform<IN, OUT> for Output {
    #[inline(always)]
    fn apply<F: Scalar, S: Simd>(simd: S, m: [F::Lanes<S>; IN]) -> [F::Lanes<S>; OUT] {
        let (sum, difference) = (F::plus(simd, m[1], m[2]), F::minus(simd, m[1], m[2]));
        let (sum_2, difference_2) = (F::plus(simd, m[3], m[4]), F::minus(simd, m[3], m[4]));
        [
            F::plus(simd, m[0], F::plus(simd, sum, sum_2)),
            scaled::<F, S>(simd, 2., difference_2, difference),
            scaled::<F, S>(simd, 4., sum_2, sum),
            scaled::<F, S>(simd, 8., difference_2, F::plus(simd, difference, m[5])),
        ]
    }
}
// ANCHOR_END: matrices

/// B·v: from the gradients of [`Input`]'s results to those of its numbers.
#[derive(Clone, Copy)]
pub(super) struct InputGradient;

impl Transform<IN, IN> for InputGradient {
    #[inline(always)]
    fn apply<F: Scalar, S: Simd>(simd: S, v: [F::Lanes<S>; IN]) -> [F::Lanes<S>; IN] {
        let zero = F::splat(simd, F::zero());
        let (sum, difference) = (F::plus(simd, v[1], v[2]), F::minus(simd, v[1], v[2]));
        let (sum_2, difference_2) = (F::plus(simd, v[3], v[4]), F::minus(simd, v[3], v[4]));
        let four = scaled::<F, S>(simd, 4., F::minus(simd, v[5], difference), zero);
        let five = scaled::<F, S>(simd, 5., v[0], sum_2);
        [
            scaled::<F, S>(simd, 4., v[0], zero),
            scaled::<F, S>(simd, -2., difference_2, four),
            F::minus(simd, zero, scaled::<F, S>(simd, 4., sum, five)),
            scaled::<F, S>(simd, -5., v[5], scaled::<F, S>(simd, 2., difference_2, difference)),
            F::plus(simd, v[0], F::plus(simd, sum, sum_2)),
            v[5],
        ]
    }
}

/// Gᵀ·u: from the gradients of transformed weights to those of the weights.
#[derive(Clone, Copy)]
pub(super) struct FilterGradient;

impl Transform<IN, TAPS> for FilterGradient {
    #[inline(always)]
    fn apply<F: Scalar, S: Simd>(simd: S, u: [F::Lanes<S>; IN]) -> [F::Lanes<S>; TAPS] {
        let zero = F::splat(simd, F::zero());
        let (sum, difference) = (F::plus(simd, u[1], u[2]), F::minus(simd, u[2], u[1]));
        let (sum_2, difference_2) = (F::plus(simd, u[3], u[4]), F::minus(simd, u[3], u[4]));
        let sixth = scaled::<F, S>(simd, -1. / 6., sum, zero);
        [
            scaled::<F, S>(simd, 1. / 4., u[0], scaled::<F, S>(simd, 1. / 24., sum_2, sixth)),
            scaled::<F, S>(
                simd,
                1. / 6.,
                difference,
                scaled::<F, S>(simd, 1. / 12., difference_2, zero),
            ),
            scaled::<F, S>(simd, 1. / 6., sum_2, F::plus(simd, sixth, u[5])),
        ]
    }
}

/// A·y: from the gradients of the four sums to those of the six products.
#[derive(Clone, Copy)]
pub(super) struct OutputGradient;

impl Transform<OUT, IN> for OutputGradient {
    #[inline(always)]
    fn apply<F: Scalar, S: Simd>(simd: S, y: [F::Lanes<S>; OUT]) -> [F::Lanes<S>; IN] {
        let (even, odd) = (F::plus(simd, y[0], y[2]), F::plus(simd, y[1], y[3]));
        let even_2 = scaled::<F, S>(simd, 4., y[2], y[0]);
        let odd_2 = scaled::<F, S>(simd, 4., y[3], y[1]);
        let odd_2 = F::plus(simd, odd_2, odd_2);
        [
            y[0],
            F::plus(simd, even, odd),
            F::minus(simd, even, odd),
            F::plus(simd, even_2, odd_2),
            F::minus(simd, even_2, odd_2),
            y[3],
        ]
    }
}

#[cfg(test)]
mod tests {
    use pulp::Scalar as OneByOne;

    use super::*;

    const D: [f64; IN] = [1., -2., 3., 5., -8., 13.];
    const G: [f64; TAPS] = [2., -3., 0.5];

    #[test]
    fn four_sums_of_three_products_for_six_multiplications() {
        let simd = OneByOne;
        let (v, u) = (Input::apply::<f64, _>(simd, D), Filter::apply::<f64, _>(simd, G));
        let y = Output::apply::<f64, _>(simd, std::array::from_fn(|p| v[p] * u[p]));
        for (k, y) in y.into_iter().enumerate() {
            let direct: f64 = D[k..].iter().zip(&G).map(|(d, g)| d * g).sum();
            assert!((y - direct).abs() < 1e-12, "sum {k}: {y}, not {direct}");
        }
    }

    /// The matrix of a transform: what it makes of each unit vector.
    fn matrix<T: Transform<C, R>, const R: usize, const C: usize>(_: T) -> [[f64; C]; R] {
        let unit = |c| std::array::from_fn(|i| if i == c { 1. } else { 0. });
        let columns: [[f64; R]; C] = std::array::from_fn(|c| T::apply::<f64, _>(OneByOne, unit(c)));
        std::array::from_fn(|r| std::array::from_fn(|c| columns[c][r]))
    }

    #[test]
    fn each_way_back_is_the_transposed_matrix() {
        fn check<const R: usize, const C: usize>(there: [[f64; C]; R], back: [[f64; R]; C]) {
            for (r, row) in there.into_iter().enumerate() {
                for (c, there) in row.into_iter().enumerate() {
                    assert!((there - back[c][r]).abs() < 1e-15, "{r}, {c}");
                }
            }
        }
        check(matrix(Input), matrix(InputGradient));
        check(matrix(Filter), matrix(FilterGradient));
        check(matrix(Output), matrix(OutputGradient));
    }
}
