//! Multiply–adds that wait for nothing: the most that a processor can do.

use std::hint::black_box;

use pulp::{Simd, WithSimd};

use super::simd::{dispatch, lanes};
use crate::scalar::Scalar;

/// Sums that do not wait for each other: more than a multiply–add takes cycles, times two units that
/// do them side by side.
const SUMS: usize = 12;

/// Does `rounds` rounds of independent multiply–adds with the longest vectors of this processor, all in
/// registers; how many additions and multiplications of single numbers that were.
pub fn multiply_adds(rounds: usize) -> usize {
    dispatch(MultiplyAdds { rounds })
}

struct MultiplyAdds {
    rounds: usize,
}

impl WithSimd for MultiplyAdds {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> usize {
        // Factors that the compiler cannot know, or it would compute the result by itself.
        let (factor, term) = (black_box(0.5_f32), black_box(1.0_f32));
        let (factor, term) = (f32::splat(simd, factor), f32::splat(simd, term));
        let mut sums = [f32::splat(simd, 0.0); SUMS];
        for _ in 0..self.rounds {
            for sum in &mut sums {
                *sum = f32::multiply_add(simd, *sum, factor, term);
            }
        }
        let mut total = sums[0];
        for &sum in &sums[1..] {
            total = f32::plus(simd, total, sum);
        }
        black_box(f32::lane_sum(simd, total));
        2 * self.rounds * SUMS * lanes::<f32, S>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lane_of_every_sum_counts() {
        let of_one_round = multiply_adds(1);
        assert!(of_one_round >= 2 * SUMS);
        assert_eq!(multiply_adds(1000), 1000 * of_one_round);
    }
}
