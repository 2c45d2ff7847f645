//! The networks of the chapter, and the blocks that they are made of.

pub mod deep_conv_net;
pub mod family;
pub mod global_average;
pub mod googlenet;
pub mod inception;
pub mod measured;
pub mod residual;
pub mod resnet;
pub mod stack;
pub mod vgg;
