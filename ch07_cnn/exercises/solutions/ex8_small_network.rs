//! A solution of exercise 8: do more with less.

use common::Result;
use common::init::Init;
use common::layers::{Affine, Conv2d, MaxPool2d, Relu, Window};
use common::network::Network;
use common::random::Generator;

/// A network for images of 1×28×28 with ten outputs.
///
/// # Errors
/// If a layer does not fit the one before.
pub fn network(rng: &mut Generator) -> Result<Network<f32>> {
    let pool = || MaxPool2d::new(Window::new((2, 2), 2, 0)?);
    Ok(Network::new()
        .with(Conv2d::new((1, 8), Window::new((5, 5), 1, 0)?, Init::He, rng)?) //   8×24×24
        .with(Relu::default())
        .with(pool()?) //                                                           8×12×12
        .with(Conv2d::new((8, 16), Window::new((5, 5), 1, 0)?, Init::He, rng)?) // 16×8×8
        .with(Relu::default())
        .with(pool()?) //                                                          16×4×4
        .with(Affine::new(16 * 4 * 4, 10, Init::Xavier, rng)))
}
