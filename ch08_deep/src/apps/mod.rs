//! Applications: what else a convolutional network can learn.

pub mod blocks;
pub mod captions;
pub mod detection;
pub mod dqn;
pub mod gan;
pub mod segmentation;
pub mod style;
