//! Chapter 8: deep networks.
//!
//! Small filters, many of them, one layer upon another: what the book has been building towards.
//!
//! | section | what it teaches | module |
//! |---|---|---|
//! | `train` | a deep network of 3×3 filters learns to read digits | [`deep_conv_net`], [`train`] |
//! | `vgg`, `googlenet`, `resnet` | the family: small filters stacked, branches side by side, shortcuts | [`vgg`], [`googlenet`], [`resnet`] |
//!
//! The family's networks are made of blocks that are layers themselves: [`stack`], [`inception`],
//! [`residual`], with [`global_average`] and [`unbiased`] in them.

pub mod deep_conv_net;
pub mod family;
pub mod global_average;
pub mod googlenet;
pub mod inception;
pub mod residual;
pub mod resnet;
pub mod stack;
pub mod train;
pub mod unbiased;
pub mod vgg;
