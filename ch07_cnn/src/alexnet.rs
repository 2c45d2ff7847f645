//! An AlexNet for small images: its layers in its order, each with fewer filters.

use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, Conv2d, Dropout, MaxPool2d, Relu, Window};
use common::network::Network;
use common::program::comparison::CompareFlags;
use common::random::Generator;
use common::{Float, Result};

use crate::compare;
use crate::lenet::Named;
use crate::local_response_norm::LocalResponseNorm;

/// The probability that a number is silenced while learning.
const DROPOUT: f64 = 0.5;

// ANCHOR: alexnet
/// Five convolutions with ReLU, the first two followed by normalisation, three overlapping
/// poolings, three affine layers with dropout between them; for images of 1×28×28.
///
/// # Errors
/// Never.
pub fn alexnet<F: Float>(rng: &mut Generator) -> Result<Named<F>> {
    let conv = |channels, filters, side, rng: &mut Generator| {
        Conv2d::new((channels, filters), Window::new((side, side), 1, side / 2)?, Init::He, rng)
    };
    let overlapping = || MaxPool2d::new(Window::new((3, 3), 2, 0)?);
    let network = Network::new()
        .with(conv(1, 24, 5, rng)?) //                  24×28×28
        .with(Relu::default())
        .with(LocalResponseNorm::new(5)?)
        .with(overlapping()?) //                        24×13×13
        .with(conv(24, 48, 5, rng)?)
        .with(Relu::default())
        .with(LocalResponseNorm::new(5)?)
        .with(overlapping()?) //                        48×6×6
        .with(conv(48, 64, 3, rng)?)
        .with(Relu::default())
        .with(conv(64, 64, 3, rng)?)
        .with(Relu::default())
        .with(conv(64, 48, 3, rng)?)
        .with(Relu::default())
        .with(overlapping()?) //                        48×2×2
        .with(Affine::new(48 * 2 * 2, 256, Init::He, rng))
        .with(Relu::default())
        .with(Dropout::new(DROPOUT, rng))
        .with(Affine::new(256, 256, Init::He, rng))
        .with(Relu::default())
        .with(Dropout::new(DROPOUT, rng))
        .with(Affine::new(256, 10, Init::Xavier, rng));
    named(
        network,
        &[
            "24 filters 5×5, normalised, pooled",
            "48 filters 5×5, normalised, pooled",
            "64 filters 3×3",
            "64 filters 3×3",
            "48 filters 3×3, pooled",
            "affine 256, dropout",
            "affine 256, dropout",
            "affine 10",
        ],
    )
}
// ANCHOR_END: alexnet

/// A network with names for its layers that have parameters, W and b each.
///
/// # Errors
/// Never.
pub fn named<F: Float>(mut network: Network<F>, names: &[&'static str]) -> Result<Named<F>> {
    let sizes: Vec<usize> = network.params().iter().map(|p| p.value.len()).collect();
    let layers = names.iter().copied().zip(sizes.chunks(2).map(|pair| pair.iter().sum())).collect();
    Ok((network, layers))
}

/// Trains the network beside two that the reader knows, and prints their table.
///
/// # Errors
/// If data cannot be read or training diverges.
pub fn run(flags: &CompareFlags) -> Result<()> {
    compare::run(("AlexNet", alexnet), flags)
}
