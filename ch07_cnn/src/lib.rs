//! Chapter 7: convolutional networks.
//!
//! An affine layer takes an image as a list of numbers and forgets which of them were neighbours. A
//! convolution keeps a picture a picture: it looks everywhere for the same small things.
//!
//! | section | what it teaches | module |
//! |---|---|---|
//! | `convolution` | a filter slides over an image: padding, stride, channels, sizes | [`convolution`] |
//! | `im2col` | the same sums in three ways: to read, to multiply at once, to be fast | [`seven_loops`], [`im2col`], [`three_ways`] |
//! | `pooling` | a little forgiveness for where things are | [`pooling`] |
//! | `gradient-check` | all of it has the right gradients | [`gradient_check`] |
//! | `train` | the network learns to read digits, and can be stopped and resumed | [`simple_conv_net`], [`train`] |
//! | `evaluate` | reading with weights from a file | [`evaluate`] |
//! | `filters`, `feature-maps` | what it has learned to look for | [`filters`], [`feature_maps`], [`picture`] |
//! | `lenet`, `alexnet` | the first famous one, and the one that made all others famous | [`lenet`], [`alexnet`], [`local_response_norm`], [`compare`] |

pub mod alexnet;
pub mod compare;
pub mod convolution;
pub mod evaluate;
pub mod feature_maps;
pub mod filters;
pub mod gradient_check;
pub mod im2col;
pub mod lenet;
pub mod local_response_norm;
pub mod picture;
pub mod pooling;
pub mod seven_loops;
pub mod simple_conv_net;
pub mod three_ways;
pub mod train;
