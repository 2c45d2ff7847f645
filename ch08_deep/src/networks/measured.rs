//! The three networks of the book that are measured against each other.

use clap::ValueEnum;
use common::init::Init;
use common::layers::{Affine, Conv2d, MaxPool2d, Relu, Window};
use common::multi_layer_net::MultiLayerNet;
use common::network::Network;
use common::optimizer::{Adam, Optimizer, Sgd};
use common::random::Generator;
use common::{Float, Result};

use crate::networks::deep_conv_net::deep_conv_net;

/// A network with the optimizer that its chapter trains it with; all read images of 28×28 pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Measured {
    /// 784-50-10 of chapter 5, with SGD
    TwoLayer,
    /// The network of chapter 7, with Adam
    SimpleConv,
    /// The network of this chapter, with Adam
    DeepConv,
}

impl Measured {
    /// All of them, from small to large.
    pub const ALL: [Self; 3] = [Self::TwoLayer, Self::SimpleConv, Self::DeepConv];

    /// What the lines of `bench` call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::TwoLayer => "two_layer",
            Self::SimpleConv => "simple_conv",
            Self::DeepConv => "deep_conv",
        }
    }

    /// The shape of one image: a row of 784 pixels, or 1×28×28.
    pub fn input(self) -> &'static [usize] {
        match self {
            Self::TwoLayer => &[784],
            Self::SimpleConv | Self::DeepConv => &[1, 28, 28],
        }
    }

    /// The network, with weights drawn from `rng`.
    ///
    /// # Errors
    /// Never: all sizes fit.
    pub fn network<F: Float>(self, rng: &mut Generator) -> Result<Network<F>> {
        match self {
            Self::TwoLayer => Ok(MultiLayerNet::new(784, &[50], 10).build(rng)),
            Self::SimpleConv => simple_conv(rng),
            Self::DeepConv => deep_conv_net(rng),
        }
    }

    /// The rule that trains it.
    pub fn optimizer<F: Float>(self) -> Box<dyn Optimizer<F>> {
        match self {
            Self::TwoLayer => Box::new(Sgd { learning_rate: F::of(0.1) }),
            Self::SimpleConv | Self::DeepConv => Box::new(Adam::new(F::of(1e-3))),
        }
    }
}

/// conv(30, 5×5) - ReLU - pool - affine(100) - ReLU - affine(10).
fn simple_conv<F: Float>(rng: &mut Generator) -> Result<Network<F>> {
    Ok(Network::new()
        .with(Conv2d::new((1, 30), Window::new((5, 5), 1, 0)?, Init::He, rng)?)
        .with(Relu::default())
        .with(MaxPool2d::new(Window::new((2, 2), 2, 0)?)?)
        .with(Affine::new(30 * 12 * 12, 100, Init::He, rng))
        .with(Relu::default())
        .with(Affine::new(100, 10, Init::He, rng)))
}
