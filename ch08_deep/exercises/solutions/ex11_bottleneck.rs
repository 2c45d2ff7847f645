//! A solution of exercise 11: a bottleneck.

use ch08_deep::networks::stack::{Shape, Stack};
use common::random::Generator;
use common::{Float, Result};

/// The body of a bottleneck block.
///
/// # Errors
/// If its layers do not fit.
pub fn bottleneck<F: Float>(image: Shape, rng: &mut Generator) -> Result<Stack<F>> {
    let (channels, ..) = image;
    let down = Stack::new(image).conv_norm((channels / 4, 1, 1), rng)?.relu();
    let among = down.conv_norm((channels / 4, 3, 1), rng)?.relu();
    among.conv_norm((channels, 1, 1), rng)
}
