//! The main job: teaching the convolutional network, in a training that can be stopped and resumed.

use common::Result;
use common::program::job::Job;

use crate::simple_conv_net::simple_conv_net;

/// The shape (C, H, W) of the images that this chapter learns from.
pub const IMAGE: (usize, usize, usize) = (1, 28, 28);

/// Trains `SimpleConvNet` with Adam and draws how it went.
///
/// # Errors
/// If data, checkpoint, weights or figure cannot be read or written, or training diverges.
pub fn run(job: &Job) -> Result<()> {
    job.run("ch07", "train.png", |rng| simple_conv_net(IMAGE, rng))
}
