//! The network: from what is seen to a value for each action.

use common::init::Init;
use common::layers::{Affine, Conv2d, Relu, Window};
use common::network::Network;
use common::random::Generator;
use common::{Error, Float, Result};

/// Numbers of the hidden layers.
const HIDDEN: usize = 64;
/// Filters of 3×3.
const FILTERS: usize = 16;

// ANCHOR: network
/// For numbers, two hidden layers; for C×H×W pixels, a convolution of 3×3 and one hidden layer.
///
/// # Errors
/// If pixels are too few for the convolution, or `shape` is neither.
pub fn q_network<F: Float>(
    shape: &[usize],
    actions: usize,
    rng: &mut Generator,
) -> Result<Network<F>> {
    let network = Network::new();
    let (network, features) = match *shape {
        [numbers] => (network.with(Affine::new(numbers, HIDDEN, Init::He, rng)), HIDDEN),
        [channels, height, width] => {
            let conv = Conv2d::new((channels, FILTERS), Window::new((3, 3), 1, 0)?, Init::He, rng)?;
            let (filters, height, width) = conv.output((channels, height, width))?;
            (network.with(conv), filters * height * width)
        }
        _ => return Err(Error::Invalid(format!("expected numbers or pixels, got {shape:?}"))),
    };
    Ok(network
        .with(Relu::default())
        .with(Affine::new(features, HIDDEN, Init::He, rng))
        .with(Relu::default())
        .with(Affine::new(HIDDEN, actions, Init::Xavier, rng)))
}
// ANCHOR_END: network
