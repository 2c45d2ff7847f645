//! Exercise 11: a bottleneck.
//!
//! The deeper ResNets (50 layers and more) do not have two convolutions of 3×3 in a block but
//! three: 1×1 down to a quarter of the channels, 3×3 among those few, and 1×1 up again, each with
//! batch normalisation, and a ReLU after the first and the second.
//!
//! Wanted: that body for maps of shape `image`, whose channels can be divided by 4; out come maps of
//! the same shape. `Stack::conv_norm` makes a convolution with its normalisation. How much less
//! does it cost than the body of this chapter?
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex11

use ch08_deep::networks::stack::{Shape, Stack};
use common::random::Generator;
use common::{Float, Result};

/// The body of a bottleneck block.
///
/// # Errors
/// If its layers do not fit.
pub fn bottleneck<F: Float>(image: Shape, rng: &mut Generator) -> Result<Stack<F>> {
    todo!("three times conv_norm, two times relu")
}
