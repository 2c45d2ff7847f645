//! The layers, one file per family.

mod activation;
mod affine;
mod batch_norm;
pub(crate) mod by_lines;
mod conv2d;
mod dropout;
mod gelu;
mod leaky;
mod lines;
mod loss;
mod pool2d;
mod window;
mod winograd;

pub use activation::{Relu, Sigmoid, Tanh};
pub use affine::Affine;
pub use batch_norm::BatchNorm;
pub use conv2d::Conv2d;
pub use dropout::Dropout;
pub use gelu::Gelu;
pub use leaky::{LeakyRelu, PRelu};
pub use loss::{MeanSquaredError, SoftmaxWithLoss};
pub use pool2d::{AvgPool2d, MaxPool2d};
pub use window::Window;
