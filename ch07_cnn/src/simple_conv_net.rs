//! The network of the chapter: one convolution, one pooling, two affine layers.

use common::init::Init;
use common::layers::{Affine, Conv2d, MaxPool2d, Relu, Window};
use common::network::Network;
use common::random::Generator;
use common::{Float, Result};

/// Filters of the convolution.
pub const FILTERS: usize = 30;
/// Numbers between the two affine layers.
pub const HIDDEN: usize = 100;
const CLASSES: usize = 10;

// ANCHOR: simple_conv_net
/// conv(30, 5×5) - ReLU - pool 2×2 - affine(100) - ReLU - affine(10), for images of shape
/// (C, H, W).
///
/// # Errors
/// If the images are too small for a filter and a pooling window.
pub fn simple_conv_net<F: Float>(
    image: (usize, usize, usize),
    rng: &mut Generator,
) -> Result<Network<F>> {
    let init = Init::Gaussian(0.01);
    let conv = Conv2d::new((image.0, FILTERS), Window::new((5, 5), 1, 0)?, init, rng)?;
    let pool = MaxPool2d::new(Window::new((2, 2), 2, 0)?)?;
    let (c, h, w) = pool.output(conv.output(image)?)?;
    Ok(Network::new()
        .with(conv)
        .with(Relu::default())
        .with(pool)
        .with(Affine::new(c * h * w, HIDDEN, init, rng))
        .with(Relu::default())
        .with(Affine::new(HIDDEN, CLASSES, init, rng)))
}
// ANCHOR_END: simple_conv_net
