//! Sigmoid and tanh as the gates of recurrent layers need them: many at once.
//!
//! In single precision e^x − 1 is computed without a branch or a table, so that the compiler makes
//! vectors of a loop over it; the standard library's functions take one number at a time. In double
//! precision, which checks and does not hurry, they are the standard library's.

use crate::scalar::Scalar;

/// A number type with the functions that squash any number into a small range.
pub trait Squash: Scalar {
    /// 1 / (1 + e⁻ˣ), between 0 and 1.
    fn fast_sigmoid(self) -> Self;

    /// (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), between −1 and 1.
    fn fast_tanh(self) -> Self;
}

impl Squash for f32 {
    #[inline(always)]
    fn fast_sigmoid(self) -> f32 {
        1.0 / (2.0 + exp_minus_1(within(-self, 87.0)))
    }

    #[inline(always)]
    fn fast_tanh(self) -> f32 {
        // Beyond ±10 the answer is ±1 in single precision.
        let e = exp_minus_1(2.0 * within(self, 10.0));
        e / (e + 2.0)
    }
}

impl Squash for f64 {
    #[inline(always)]
    fn fast_sigmoid(self) -> f64 {
        1.0 / (1.0 + (-self).exp())
    }

    #[inline(always)]
    fn fast_tanh(self) -> f64 {
        f64::tanh(self)
    }
}

/// `x`, or ±`most` where it is beyond; what is no number stays none.
#[inline(always)]
fn within(x: f32, most: f32) -> f32 {
    let x = if x < -most { -most } else { x };
    if x > most { most } else { x }
}

// ANCHOR: exp
/// eˣ − 1 for |x| below 88, exact to some millionths of a per cent also where x is near 0.
///
/// x = n·ln 2 + r with a whole n and |r| ≤ ½·ln 2. Then eˣ = 2ⁿ·eʳ, where 2ⁿ is a matter of the
/// exponent's bits and seven terms of the power series are enough for eʳ − 1.
#[inline(always)]
fn exp_minus_1(x: f32) -> f32 {
    /// ln 2 in two parts, the first with so few digits that n times it is exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    /// So large that the sum has no room for a fraction: what is added is rounded to a whole number,
    /// which then stands in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = (x - n * LN_2[0]) - n * LN_2[1];
    let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    let series = [1.0, 1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0];
    let sum = series.iter().rev().fold(0.0, |sum, term| sum * r + term) * r;
    power * sum + (power - 1.0)
}
// ANCHOR_END: exp

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_exact_as_single_precision_allows() {
        let numbers = (-200_000..=200_000).map(|i| i as f32 * 1e-4);
        let tiny = (0..200).flat_map(|i| [1.1_f32.powi(-i), -(1.1_f32.powi(-i))]);
        for x in numbers.chain(tiny) {
            let exact = f64::from(x);
            let close = |ours: f32, exact: f64| {
                assert!((f64::from(ours) - exact).abs() <= 3e-7 * exact.abs(), "{x}: {ours}");
            };
            close(x.fast_tanh(), exact.tanh());
            close(x.fast_sigmoid(), crate::activation::sigmoid(exact));
        }
    }

    #[test]
    fn far_out_the_values_are_those_of_the_limits() {
        for x in [30.0_f32, 1e5, f32::MAX, f32::INFINITY] {
            assert_eq!((x.fast_tanh(), (-x).fast_tanh(), x.fast_sigmoid()), (1.0, -1.0, 1.0));
            assert!((0.0..1e-12).contains(&(-x).fast_sigmoid()));
        }
        assert!(f32::NAN.fast_tanh().is_nan() && f32::NAN.fast_sigmoid().is_nan());
    }
}
