//! Applications: what else a convolutional network can learn.

pub mod blocks;
pub mod detection;
pub mod dqn;
pub mod segmentation;
