//! The network of the chapter: six convolutions of 3×3, three poolings, two affine layers.

use common::init::Init;
use common::layers::{Affine, Conv2d, Dropout, MaxPool2d, Relu, Window};
use common::network::Network;
use common::random::Generator;
use common::{Float, Result};

/// The shape (C, H, W) of the images that this chapter learns from.
pub const IMAGE: (usize, usize, usize) = (1, 28, 28);
/// Filters and padding of the six convolutions; a pooling follows every second one.
const CONVOLUTIONS: [(usize, usize); 6] = [(16, 1), (16, 1), (32, 1), (32, 2), (64, 1), (64, 1)];
/// Numbers between the two affine layers.
const HIDDEN: usize = 50;
const CLASSES: usize = 10;
/// The share of numbers that dropout silences.
const DROPOUT: f64 = 0.5;

// ANCHOR: deep_conv_net
/// (conv 3×3 - ReLU) twice - pool, with 16, 32, 64 filters, then affine(50) - ReLU - dropout -
/// affine(10) - dropout, for images 1×28×28.
///
/// The fourth convolution pads by 2, so that the last pooling gets an even 8×8.
///
/// # Errors
/// Never: all sizes fit.
pub fn deep_conv_net<F: Float>(rng: &mut Generator) -> Result<Network<F>> {
    let (init, mut image, mut network) = (Init::He, IMAGE, Network::new());
    for (i, (filters, pad)) in CONVOLUTIONS.into_iter().enumerate() {
        let conv = Conv2d::new((image.0, filters), Window::new((3, 3), 1, pad)?, init, rng)?;
        image = conv.output(image)?;
        network = network.with(conv).with(Relu::default());
        if i % 2 == 1 {
            let pool = MaxPool2d::new(Window::new((2, 2), 2, 0)?)?;
            image = pool.output(image)?;
            network = network.with(pool);
        }
    }
    Ok(network
        .with(Affine::new(image.0 * image.1 * image.2, HIDDEN, init, rng))
        .with(Relu::default())
        .with(Dropout::new(DROPOUT, rng))
        .with(Affine::new(HIDDEN, CLASSES, init, rng))
        .with(Dropout::new(DROPOUT, rng)))
}
// ANCHOR_END: deep_conv_net
