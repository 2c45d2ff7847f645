//! What the applications' networks are made of.

use common::init::Init;
use common::layers::{BatchNorm, Conv2d, MaxPool2d, Relu, Window};
use common::network::Network;
use common::random::Generator;
use common::{Float, Result};

// ANCHOR: conv_norm_relu
/// A network with one more convolution of 3×3, which keeps the size, its batch normalisation and ReLU.
///
/// # Errors
/// If there are no channels.
pub fn conv_norm_relu<F: Float>(
    network: Network<F>,
    (channels, filters): (usize, usize),
    rng: &mut Generator,
) -> Result<Network<F>> {
    let conv = Conv2d::new((channels, filters), Window::new((3, 3), 1, 1)?, Init::He, rng)?;
    let network = network.with(conv.without_bias());
    Ok(network.with(BatchNorm::new(filters)).with(Relu::default()))
}
// ANCHOR_END: conv_norm_relu

/// Pooling that keeps the largest of every 2×2 pixels.
///
/// # Errors
/// None: the window is sound.
pub fn halves<F: Float>() -> Result<MaxPool2d<F>> {
    Ok(MaxPool2d::new(Window::new((2, 2), 2, 0)?)?)
}
