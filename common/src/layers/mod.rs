//! The layers, one file per family.

mod activation;
mod affine;
mod loss;

pub use activation::{Relu, Sigmoid, Tanh};
pub use affine::Affine;
pub use loss::{MeanSquaredError, SoftmaxWithLoss};
