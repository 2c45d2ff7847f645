//! Vectors: several numbers of a row in one instruction, whatever the processor has for it.
//!
//! A computation is written once, over a vector of `S`. When it runs, [`dispatch`] picks the widest
//! vectors that the processor at hand has: 16 `f32` with AVX-512, 8 with AVX2, 4 with NEON, 1
//! where nothing is known. All forms give the same results, up to the rounding of a multiplication
//! and addition that the wide ones do at once.

use pulp::bytemuck;
use pulp::{Arch, Simd, WithSimd};

use crate::scalar::Scalar;

/// Runs `work` with the widest vectors of this processor.
pub fn dispatch<W: WithSimd>(work: W) -> W::Output {
    Arch::new().dispatch(work)
}

/// How many numbers are in a vector.
#[inline(always)]
pub fn lanes<F: Scalar, S: Simd>() -> usize {
    size_of::<F::Lanes<S>>() / size_of::<F>()
}

/// The first numbers of `x` as a vector.
#[inline(always)]
pub fn load<F: Scalar, S: Simd>(_: S, x: &[F]) -> F::Lanes<S> {
    bytemuck::pod_read_unaligned(bytemuck::cast_slice(&x[..lanes::<F, S>()]))
}

/// Writes a vector over the first numbers of `x`.
#[inline(always)]
pub fn store<F: Scalar, S: Simd>(_: S, x: &mut [F], vector: F::Lanes<S>) {
    let bytes = bytemuck::cast_slice_mut(&mut x[..lanes::<F, S>()]);
    bytes.copy_from_slice(bytemuck::bytes_of(&vector));
}

/// The sum of some numbers: vector by vector, then lane by lane, then what fills no vector.
#[inline(always)]
pub fn sum<F: Scalar, S: Simd>(simd: S, x: &[F]) -> F {
    let mut sums = F::splat(simd, F::zero());
    let mut vectors = x.chunks_exact(lanes::<F, S>());
    for x in &mut vectors {
        sums = F::plus(simd, sums, load(simd, x));
    }
    vectors.remainder().iter().fold(F::lane_sum(simd, sums), |sum, &x| sum + x)
}
