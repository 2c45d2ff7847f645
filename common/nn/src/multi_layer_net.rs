//! A network of affine layers, with a choice of all that stands between them.

use crate::Float;
use crate::activation::LEAK;
use crate::init::Init;
use crate::layers::{Affine, BatchNorm, Dropout, Gelu, LeakyRelu, PRelu, Relu, Sigmoid, Tanh};
use crate::network::Network;
use crate::random::Generator;

/// What bends the lines between two affine layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// Nothing: then many layers can do no more than one.
    None,
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// tanh x.
    Tanh,
    /// max(0, x).
    Relu,
    /// x above 0, x/100 below.
    LeakyRelu,
    /// x above 0, a·x below, with an a that is learned.
    PRelu,
    /// x·Φ(x).
    Gelu,
}

impl Activation {
    fn follow<F: Float>(self, network: Network<F>) -> Network<F> {
        match self {
            Self::None => network,
            Self::Sigmoid => network.with(Sigmoid::default()),
            Self::Tanh => network.with(Tanh::default()),
            Self::Relu => network.with(Relu::default()),
            Self::LeakyRelu => network.with(LeakyRelu::new(F::of(LEAK))),
            Self::PRelu => network.with(PRelu::default()),
            Self::Gelu => network.with(Gelu::default()),
        }
    }
}

// ANCHOR: multi_layer_net
/// What to build: inputs, hidden layers, outputs; ReLU and He unless told otherwise.
///
/// Each hidden layer is Affine, then batch normalisation, activation and dropout as chosen; the
/// last layer is Affine alone.
#[derive(Clone, Debug, PartialEq)]
pub struct MultiLayerNet {
    sizes: Vec<usize>,
    activation: Activation,
    init: Init,
    batch_norm: bool,
    dropout: Option<f64>,
}

impl MultiLayerNet {
    /// `inputs` numbers in, one hidden layer for each entry of `hidden`, `outputs` numbers out.
    pub fn new(inputs: usize, hidden: &[usize], outputs: usize) -> Self {
        let sizes = [&[inputs], hidden, &[outputs]].concat();
        Self {
            sizes,
            activation: Activation::Relu,
            init: Init::He,
            batch_norm: false,
            dropout: None,
        }
    }

    /// The network itself, with weights drawn from `rng`.
    ///
    /// # Panics
    /// If the rate of dropout is not at least 0 and below 1.
    pub fn build<F: Float>(&self, rng: &mut Generator) -> Network<F> {
        let last = self.sizes.len() - 2;
        let mut network = Network::new();
        for (i, sizes) in self.sizes.windows(2).enumerate() {
            network = network.with(Affine::new(sizes[0], sizes[1], self.init, rng));
            if i == last {
                break;
            }
            if self.batch_norm {
                network = network.with(BatchNorm::new(sizes[1]));
            }
            network = self.activation.follow(network);
            if let Some(rate) = self.dropout {
                network = network.with(Dropout::new(rate, rng));
            }
        }
        network
    }
}
// ANCHOR_END: multi_layer_net

impl MultiLayerNet {
    /// This network with another activation.
    pub fn activation(self, activation: Activation) -> Self {
        Self { activation, ..self }
    }

    /// This network with other initial weights.
    pub fn init(self, init: Init) -> Self {
        Self { init, ..self }
    }

    /// This network with batch normalisation before each activation, or without.
    pub fn batch_norm(self, batch_norm: bool) -> Self {
        Self { batch_norm, ..self }
    }

    /// This network with dropout of this rate after each activation, or without.
    pub fn dropout(self, rate: Option<f64>) -> Self {
        Self { dropout: rate, ..self }
    }
}
