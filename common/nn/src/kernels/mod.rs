//! Everything that is written for speed. Each has a plain twin, and a test that the two agree.
//!
//! They work on plain slices of [`Scalar`](crate::scalar::Scalar)s and know no layers.

pub mod matmul;
pub mod peak;
pub mod simd;

pub(crate) mod awake;
pub(crate) mod conv;
pub(crate) mod elementwise;
pub(crate) mod im2col;
pub(crate) mod panels;
pub(crate) mod pooling;
pub(crate) mod recycle;
pub(crate) mod scratch;
pub(crate) mod squash;
