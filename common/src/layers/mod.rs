//! The layers, one file per family.

mod activation;
mod affine;
mod batch_norm;
mod dropout;
mod gelu;
mod leaky;
mod loss;

pub use activation::{Relu, Sigmoid, Tanh};
pub use affine::Affine;
pub use batch_norm::BatchNorm;
pub use dropout::Dropout;
pub use gelu::Gelu;
pub use leaky::{LeakyRelu, PRelu};
pub use loss::{MeanSquaredError, SoftmaxWithLoss};
