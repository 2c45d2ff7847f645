//! The core of *Deep Learning from Scratch, in Rust*: what arithmetic needs and nothing else. It knows
//! no files, flags, figures, network or clock, and runs in a browser too.
//!
//! Each room uses those above it in this table and none below it, but for the tests:
//!
//! | room | what is in it |
//! |---|---|
//! | [`Error`], [`scalar`] | what can go wrong; numbers, one at a time and in vectors |
//! | [`kernels`] | everything that is written for speed |
//! | [`Float`], [`Tensor`] | the number types that layers work with, and what flows between layers |
//! | [`activation`], [`loss`] | the functions |
//! | [`random`], [`init`] | seeded random numbers, initial weights |
//! | [`layer`], [`model`], [`network`] | what every layer can do, whatever has parts that learn, layers in a row |
//! | [`layers`], [`multi_layer_net`] | the layers, and networks made of them |
//! | [`gradient`] | numerical gradients, and the check of all others |
//! | [`optimizer`] | from gradients to better weights |
//! | [`data`], [`metrics`], [`cost`] | sets of images and the built-in digits; how good answers are, and what they cost |
//! | [`train`] | one step of training, schedules, and what watches a training |
//!
//! A network that learns to read the built-in digits:
//!
//! ```
//! use nn::data::{digits, shuffled_batches};
//! use nn::layer::Layer;
//! use nn::metrics::accuracy;
//! use nn::multi_layer_net::MultiLayerNet;
//! use nn::network::Network;
//! use nn::optimizer::Sgd;
//! use nn::random::generator;
//! use nn::train::{Classification, TrainStep};
//!
//! let rng = &mut generator(1);
//! let (train, test) = (digits::draw(1, 2000), digits::draw(2, 500));
//! let mut network: Network<f32> = MultiLayerNet::new(784, &[50], 10).build(rng);
//! let (mut step, mut sgd) = (Classification::new(&train, &test), Sgd { learning_rate: 0.1 });
//! for _epoch in 0..3 {
//!     for indices in shuffled_batches(train.len(), 50, rng) {
//!         let _loss = step.learn(&mut network, &mut sgd, &indices);
//!     }
//! }
//! assert!(accuracy(&network, &test) > 0.7);
//! ```

pub mod activation;
pub mod bounding_box;
pub mod cost;
pub mod data;
pub mod gradient;
pub mod init;
pub mod kernels;
pub mod layer;
pub mod layers;
pub mod loss;
pub mod metrics;
pub mod model;
pub mod multi_layer_net;
pub mod network;
pub mod optimizer;
pub mod random;
pub mod scalar;
pub mod train;

mod error;
mod float;

pub use error::{Error, Result};
pub use float::{Float, Tensor};
