//! What the chapters of *Deep Learning from Scratch, in Rust* share: each idea in the version that
//! later chapters go on using. The core is the crate [`nn`]; around it stands what a program needs.
//!
//! | idea | where |
//! |---|---|
//! | the number type, and what flows between layers | [`Float`], [`Tensor`] |
//! | activation functions and losses | [`activation`], [`loss`] |
//! | numerical gradients and the gradient check | [`gradient`] |
//! | layers, and networks made of them | [`layer`], [`layers`], [`network`], [`multi_layer_net`], [`model`] |
//! | initial weights, seeded random numbers | [`init`], [`random`] |
//! | optimizers | [`optimizer`] |
//! | how good answers are, and what they cost | [`metrics`], [`cost`] |
//! | a step of training, and the loop around it | [`train`] |
//! | weights in and out, checkpoints | [`store`] |
//! | MNIST, the built-in digits, mini-batches | [`data`] |
//! | figures | [`plot`], [`number`] |
//! | the command line that every chapter shares | [`program`], [`flags`], [`progress`], [`workspace`] |
//! | what can go wrong | [`Error`] |
//!
//! A network that learns to read the built-in digits, with what a reader of chapter 5 knows:
//!
//! ```
//! use common::data::{digits, shuffled_batches};
//! use common::layer::Layer;
//! use common::layers::SoftmaxWithLoss;
//! use common::multi_layer_net::MultiLayerNet;
//! use common::metrics::accuracy;
//! use common::network::Network;
//! use common::optimizer::{Optimizer, Sgd};
//! use common::random::generator;
//!
//! let rng = &mut generator(1);
//! let (train, test) = (digits::draw(1, 2000), digits::draw(2, 500));
//! let mut network: Network<f32> = MultiLayerNet::new(784, &[50], 10).build(rng);
//! let (mut criterion, mut optimizer) = (SoftmaxWithLoss::default(), Sgd { learning_rate: 0.1 });
//! for _epoch in 0..3 {
//!     for indices in shuffled_batches(train.len(), 50, rng) {
//!         let (x, labels) = train.batch(&indices);
//!         let _loss = criterion.forward(network.forward(x), &labels);
//!         network.backward_params(criterion.backward());
//!         optimizer.update(network.params());
//!     }
//! }
//! assert!(accuracy(&network, &test) > 0.7);
//! ```

pub mod data;
pub mod flags;
pub mod gradient;
pub mod number;
pub mod plot;
pub mod program;
pub mod progress;
pub mod store;
pub mod train;
pub mod workspace;

mod error;

pub use error::{Error, Result, one_line};
pub use nn::{
    Float, Tensor, activation, bounding_box, cost, init, kernels, layer, layers, loss, metrics,
    model, multi_layer_net, network, optimizer, random,
};

/// The code on the page for those who contribute is tested as well.
#[cfg(doctest)]
#[doc = include_str!("../../CONTRIBUTING.md")]
struct Contributing;
