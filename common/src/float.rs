//! The number types that layers work with.

use std::iter::Sum;

use ndarray::{ArrayD, NdFloat};

use crate::simd::Vector;

/// `f32` for training, `f64` for checking gradients; one short bound for the whole library.
pub trait Float: NdFloat + Sum + Vector + ndarray_npy::WritableElement {
    /// The nearest number of this type to `x`.
    fn of(x: f64) -> Self;

    /// This number in double precision.
    fn as_f64(self) -> f64;
}

impl Float for f32 {
    #[inline]
    fn of(x: f64) -> Self {
        x as f32
    }

    #[inline]
    fn as_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Float for f64 {
    #[inline]
    fn of(x: f64) -> Self {
        x
    }

    #[inline]
    fn as_f64(self) -> f64 {
        self
    }
}

/// What flows between layers: an array of any number of axes, the batch first.
///
/// Vectors arrive as N×D, images as N×C×H×W.
pub type Tensor<F> = ArrayD<F>;
