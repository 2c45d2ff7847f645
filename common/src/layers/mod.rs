//! The layers, one file per family.

mod activation;
mod affine;
mod conv2d;
mod loss;
mod pool2d;
mod window;

pub use activation::{Relu, Sigmoid, Tanh};
pub use affine::Affine;
pub use conv2d::Conv2d;
pub use loss::{MeanSquaredError, SoftmaxWithLoss};
pub use pool2d::{AvgPool2d, MaxPool2d};
pub use window::Window;
