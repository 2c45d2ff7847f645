//! Vectors: several numbers of a row in one instruction, whatever the processor has for it.
//!
//! A computation is written once, over a vector of `S`. When it runs, [`dispatch`] picks the widest
//! vectors that the processor at hand has: 16 `f32` with AVX-512, 8 with AVX2, 4 with NEON, 1
//! where nothing is known. All forms give the same results, up to the rounding of a multiplication
//! and addition that the wide ones do at once.

use pulp::bytemuck::{self, Pod};
use pulp::{Arch, Simd, WithSimd};

use crate::layers::by_lines::{Backward, Forward};
use crate::matmul::Product;

// ANCHOR: vector
/// A number that comes in vectors.
///
/// Everything that works on vectors must be inlined into [`dispatch`], hence `inline(always)`.
pub trait Vector: Pod + Default {
    /// As many of these numbers as one register of `S` holds.
    type Lanes<S: Simd>: Pod;

    /// The same number in all lanes.
    fn splat<S: Simd>(simd: S, x: Self) -> Self::Lanes<S>;

    /// a·b + c, lane by lane.
    fn multiply_add<S: Simd>(
        simd: S,
        a: Self::Lanes<S>,
        b: Self::Lanes<S>,
        c: Self::Lanes<S>,
    ) -> Self::Lanes<S>;

    /// The sum of all lanes.
    fn lane_sum<S: Simd>(simd: S, x: Self::Lanes<S>) -> Self;

    // The long computations, so that they are compiled once for each number type, here, and not
    // in every crate that has a network.

    /// Convolves.
    fn forward(work: Forward<'_, Self>);

    /// The way back.
    fn backward(work: Backward<'_, Self>);

    /// Multiplies matrices.
    fn multiply(work: Product<'_, Self>);
}
// ANCHOR_END: vector

impl Vector for f32 {
    type Lanes<S: Simd> = S::f32s;

    #[inline(always)]
    fn splat<S: Simd>(simd: S, x: f32) -> S::f32s {
        simd.splat_f32s(x)
    }

    #[inline(always)]
    fn multiply_add<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
        match S::F32_LANES {
            // Without an instruction for it, rounding once would take a hundred others.
            1 => simd.add_f32s(simd.mul_f32s(a, b), c),
            _ => simd.mul_add_f32s(a, b, c),
        }
    }

    #[inline(always)]
    fn lane_sum<S: Simd>(simd: S, x: S::f32s) -> f32 {
        simd.reduce_sum_f32s(x)
    }

    fn forward(work: Forward<'_, Self>) {
        dispatch(work);
    }

    fn backward(work: Backward<'_, Self>) {
        dispatch(work);
    }

    fn multiply(work: Product<'_, Self>) {
        dispatch(work);
    }
}

impl Vector for f64 {
    type Lanes<S: Simd> = S::f64s;

    #[inline(always)]
    fn splat<S: Simd>(simd: S, x: f64) -> S::f64s {
        simd.splat_f64s(x)
    }

    #[inline(always)]
    fn multiply_add<S: Simd>(simd: S, a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s {
        match S::F64_LANES {
            1 => simd.add_f64s(simd.mul_f64s(a, b), c),
            _ => simd.mul_add_f64s(a, b, c),
        }
    }

    #[inline(always)]
    fn lane_sum<S: Simd>(simd: S, x: S::f64s) -> f64 {
        simd.reduce_sum_f64s(x)
    }

    fn forward(work: Forward<'_, Self>) {
        dispatch(work);
    }

    fn backward(work: Backward<'_, Self>) {
        dispatch(work);
    }

    fn multiply(work: Product<'_, Self>) {
        dispatch(work);
    }
}

/// Runs `work` with the widest vectors of this processor.
pub fn dispatch<W: WithSimd>(work: W) -> W::Output {
    Arch::new().dispatch(work)
}

/// How many numbers are in a vector.
#[inline(always)]
pub fn lanes<F: Vector, S: Simd>() -> usize {
    size_of::<F::Lanes<S>>() / size_of::<F>()
}

/// The first numbers of `x` as a vector.
#[inline(always)]
pub fn load<F: Vector, S: Simd>(_: S, x: &[F]) -> F::Lanes<S> {
    bytemuck::pod_read_unaligned(bytemuck::cast_slice(&x[..lanes::<F, S>()]))
}

/// Writes a vector over the first numbers of `x`.
#[inline(always)]
pub fn store<F: Vector, S: Simd>(_: S, x: &mut [F], vector: F::Lanes<S>) {
    let bytes = bytemuck::cast_slice_mut(&mut x[..lanes::<F, S>()]);
    bytes.copy_from_slice(bytemuck::bytes_of(&vector));
}
