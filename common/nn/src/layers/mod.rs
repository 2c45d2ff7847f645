//! The layers, one file per family.

mod activation;
mod affine;
mod attention;
mod batch;
mod batch_norm;
mod conv2d;
mod conv_transpose2d;
mod dropout;
mod each_step;
mod embedding;
mod gelu;
mod leaky;
mod loss;
mod pixel_loss;
mod pool2d;
mod recurrent;
mod roi;
mod sequence_loss;
mod sum;
mod unpool2d;
mod upsample;

pub use activation::{Relu, Sigmoid, Tanh};
pub use affine::Affine;
pub use attention::Attention;
pub use batch_norm::BatchNorm;
pub use conv_transpose2d::ConvTranspose2d;
pub use conv2d::Conv2d;
pub use dropout::Dropout;
pub use each_step::EachStep;
pub use embedding::Embedding;
pub use gelu::Gelu;
pub use leaky::{LeakyRelu, PRelu};
pub use loss::{BceWithLogits, MeanAbsoluteError, MeanSquaredError, SmoothL1, SoftmaxWithLoss};
pub use pixel_loss::PixelSoftmaxWithLoss;
pub use pool2d::{AvgPool2d, MaxPool2d};
pub use recurrent::{
    Cell, CellBackward, CellForward, Gru, GruCell, Lstm, LstmCell, Recurrent, Rnn, RnnCell, State,
};
pub use roi::{Region, RoiAlign, RoiLayer, RoiMaxPool};
pub use sequence_loss::SequenceSoftmaxWithLoss;
pub use sum::Sum;
pub use unpool2d::MaxUnpool2d;
pub use upsample::Upsample;

pub use crate::kernels::conv::geometry::Window;
