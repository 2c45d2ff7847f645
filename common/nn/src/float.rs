//! The number types that layers work with.

use ndarray::ArrayD;

use crate::kernels::conv::Convolve;
use crate::kernels::matmul::Multiply;
use crate::kernels::recycle::Recycle;
use crate::kernels::squash::Squash;
use crate::scalar::Scalar;

/// `f32` for training, `f64` for checking gradients; one short bound for the whole library.
///
/// It is a [`Scalar`] for which the long computations have been compiled: matrix products and
/// convolutions.
pub trait Float: Scalar + Multiply + Convolve + Recycle + Squash {}

impl Float for f32 {}

impl Float for f64 {}

/// What flows between layers: an array of any number of axes, the batch first.
///
/// Vectors arrive as N×D, images as N×C×H×W.
pub type Tensor<F> = ArrayD<F>;
