//! The main job: teaching the deep network.

use clap::Args;
use common::Result;
use common::program::Figures;
use common::program::job::Job;

use crate::networks::deep_conv_net::deep_conv_net;

/// The flags of `train`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.001")))]
#[command(mut_arg("epochs", |arg| arg.default_value("3")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("50")))]
#[command(mut_arg("schedule", |arg| arg.default_value("cosine")))]
pub struct Flags {
    #[command(flatten)]
    job: Job,
}

/// Trains `DeepConvNet` with Adam and draws how it went.
///
/// # Errors
/// If data, checkpoint, weights or figure cannot be read or written, or training diverges.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    flags.job.run((figures, "train.png"), deep_conv_net)?;
    Ok(())
}
