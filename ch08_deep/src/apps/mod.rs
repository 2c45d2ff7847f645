//! Applications: what else a convolutional network can learn.

pub mod segmentation;
