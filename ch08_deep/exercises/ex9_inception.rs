//! Exercise 9: what does a block cost?
//!
//! Wanted: how many numbers an inception block learns, biases included, for maps of `channels`
//! channels. A filter has a weight for every pixel of its window in every channel that it sees, and
//! one bias. Of the four branches two have two convolutions: the second sees what the first made.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex9

use ch08_deep::networks::inception::Widths;

/// Weights and biases of the block.
pub fn parameters(channels: usize, widths: &Widths) -> usize {
    todo!("begin with a function for one convolution: filters, channels, side")
}
