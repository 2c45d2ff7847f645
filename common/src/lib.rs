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
//!
//! A network that learns to read the built-in digits, with what a reader of chapter 5 knows:
//!
//! ```
//! use common::data::{digits, shuffled_batches};
//! use common::layer::Layer;
//! use common::layers::SoftmaxWithLoss;
//! use common::multi_layer_net::MultiLayerNet;
//! use common::network::{Network, accuracy};
//! use common::optimizer::{Optimizer, Sgd};
//! use common::random::generator;
//!
//! let rng = &mut generator(1);
//! let (train, test) = (digits::draw(1, 2000), digits::draw(2, 500));
//! let mut network: Network<f32> = MultiLayerNet::new(784, &[50], 10).build(rng);
//! let (mut head, mut optimizer) = (SoftmaxWithLoss::default(), Sgd { learning_rate: 0.1 });
//! for _epoch in 0..3 {
//!     for indices in shuffled_batches(train.len(), 50, rng) {
//!         let (x, labels) = train.batch(&indices);
//!         let _loss = head.forward(network.forward(x), &labels);
//!         network.backward_params(head.backward());
//!         optimizer.update(network.params());
//!     }
//! }
//! assert!(accuracy(&network, &test) > 0.7);
//! ```

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
