//! The main job: teaching the convolutional network, in a training that can be stopped and resumed.

use clap::Args;
use common::Result;
use common::program::Figures;
use common::program::job::Job;

use crate::simple_conv_net::simple_conv_net;

/// The shape (C, H, W) of the images that this chapter learns from.
pub const IMAGE: (usize, usize, usize) = (1, 28, 28);

/// The flags of `train`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.001")))]
#[command(mut_arg("epochs", |arg| arg.default_value("5")))]
#[command(mut_arg("schedule", |arg| arg.default_value("cosine")))]
pub struct Flags {
    #[command(flatten)]
    job: Job,
}

/// Trains `SimpleConvNet` with Adam and draws how it went.
///
/// # Errors
/// If data, checkpoint, weights or figure cannot be read or written, or training diverges.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    flags.job.run((figures, "train.png"), |rng| simple_conv_net(IMAGE, rng))?;
    Ok(())
}
