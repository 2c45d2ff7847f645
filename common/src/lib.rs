//! What the chapters of *Deep Learning from Scratch, in Rust* share: each idea in the version that
//! later chapters go on using.
//!
//! | idea | where |
//! |---|---|
//! | the number type, and what flows between layers | [`Float`], [`Tensor`] |
//! | activation functions and losses | [`activation`], [`loss`] |
//! | numerical gradients and the gradient check | [`gradient`] |
//! | layers, and networks made of them | [`layer`], [`layers`], [`network`], [`multi_layer_net`] |
//! | initial weights, seeded random numbers | [`init`], [`random`] |
//! | optimizers and the trainer | [`optimizer`], [`schedule`], [`trainer`], [`early_stopping`], [`interrupt`] |
//! | what went wrong in a training, and where | [`diagnosis`] |
//! | the training job of a program | [`training`] |
//! | networks side by side | [`compare`] |
//! | matrix products, over vectors and threads | [`matmul`] |
//! | weights in and out, checkpoints | [`weights`], [`checkpoint`], [`files`] |
//! | MNIST, the built-in digits, mini-batches | [`data`] |
//! | figures | [`plot`], [`number`] |
//! | the command line that every chapter shares | [`cli`], [`progress`] |
//! | what can go wrong | [`Error`] |

pub mod activation;
pub mod checkpoint;
pub mod cli;
pub mod compare;
pub mod data;
pub mod diagnosis;
pub mod early_stopping;
pub mod files;
pub mod gradient;
pub mod init;
pub mod interrupt;
pub mod layer;
pub mod layers;
pub mod loss;
pub mod matmul;
pub mod multi_layer_net;
pub mod network;
pub mod number;
pub mod optimizer;
pub mod plot;
pub mod progress;
pub mod random;
pub mod schedule;
pub mod trainer;
pub mod training;
pub mod weights;

mod blocks;
mod error;
mod float;
mod float16;
mod npy;
mod pool;
mod simd;

pub use error::{Error, Result};
pub use float::{Float, Tensor};
