//! Numbers, one at a time and in vectors: the bottom on which everything else stands.

use std::iter::Sum;

use ndarray::NdFloat;
use pulp::Simd;
use pulp::bytemuck::{self, Pod};

// ANCHOR: vector
/// A number that comes in vectors: `f32` or `f64`.
///
/// Everything that works on vectors must be inlined into
/// [`dispatch`](crate::kernels::simd::dispatch), hence `inline(always)`.
pub trait Scalar: NdFloat + Sum + Pod + Default {
    /// As many of these numbers as one register of `S` holds.
    type Lanes<S: Simd>: Pod;

    /// One number in all lanes.
    fn splat<S: Simd>(simd: S, x: Self) -> Self::Lanes<S>;

    /// a·b + c, lane by lane.
    fn multiply_add<S: Simd>(
        simd: S,
        a: Self::Lanes<S>,
        b: Self::Lanes<S>,
        c: Self::Lanes<S>,
    ) -> Self::Lanes<S>;

    /// a + b, lane by lane.
    fn plus<S: Simd>(simd: S, a: Self::Lanes<S>, b: Self::Lanes<S>) -> Self::Lanes<S>;

    /// a − b, lane by lane.
    fn minus<S: Simd>(simd: S, a: Self::Lanes<S>, b: Self::Lanes<S>) -> Self::Lanes<S>;

    /// The sum of all lanes.
    fn lane_sum<S: Simd>(simd: S, x: Self::Lanes<S>) -> Self;

    /// Rows and columns of a small matrix changed with each other.
    #[inline(always)]
    fn transposed(x: [[Self; 4]; 4]) -> [[Self; 4]; 4] {
        let mut y = [[Self::zero(); 4]; 4];
        for r in 0..4 {
            for c in 0..4 {
                y[c][r] = x[r][c];
            }
        }
        y
    }

    /// The nearest number of this type to `x`.
    fn of(x: f64) -> Self;

    /// This number in double precision.
    fn as_f64(self) -> f64;
}
// ANCHOR_END: vector

impl Scalar for f32 {
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
    fn plus<S: Simd>(simd: S, a: S::f32s, b: S::f32s) -> S::f32s {
        simd.add_f32s(a, b)
    }

    #[inline(always)]
    fn minus<S: Simd>(simd: S, a: S::f32s, b: S::f32s) -> S::f32s {
        simd.sub_f32s(a, b)
    }

    #[inline(always)]
    fn lane_sum<S: Simd>(simd: S, x: S::f32s) -> f32 {
        simd.reduce_sum_f32s(x)
    }

    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "the compiler finds no shuffles by itself")]
    #[inline(always)]
    fn transposed(x: [[f32; 4]; 4]) -> [[f32; 4]; 4] {
        use std::arch::x86_64::{
            __m128, _mm_movehl_ps, _mm_movelh_ps, _mm_unpackhi_ps, _mm_unpacklo_ps,
        };
        let [a, b, c, d]: [__m128; 4] = bytemuck::cast(x);
        // SAFETY: every x86-64 processor has SSE.
        let rows = unsafe {
            let (low, low_2) = (_mm_unpacklo_ps(a, b), _mm_unpacklo_ps(c, d));
            let (high, high_2) = (_mm_unpackhi_ps(a, b), _mm_unpackhi_ps(c, d));
            [
                _mm_movelh_ps(low, low_2),
                _mm_movehl_ps(low_2, low),
                _mm_movelh_ps(high, high_2),
                _mm_movehl_ps(high_2, high),
            ]
        };
        bytemuck::cast(rows)
    }

    #[inline]
    fn of(x: f64) -> Self {
        x as f32
    }

    #[inline]
    fn as_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Scalar for f64 {
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
    fn plus<S: Simd>(simd: S, a: S::f64s, b: S::f64s) -> S::f64s {
        simd.add_f64s(a, b)
    }

    #[inline(always)]
    fn minus<S: Simd>(simd: S, a: S::f64s, b: S::f64s) -> S::f64s {
        simd.sub_f64s(a, b)
    }

    #[inline(always)]
    fn lane_sum<S: Simd>(simd: S, x: S::f64s) -> f64 {
        simd.reduce_sum_f64s(x)
    }

    #[inline]
    fn of(x: f64) -> Self {
        x
    }

    #[inline]
    fn as_f64(self) -> f64 {
        self
    }
}
