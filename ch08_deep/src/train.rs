//! The main job: teaching the deep network.

use common::Result;
use common::program::job::Job;

use crate::deep_conv_net::deep_conv_net;

/// Trains `DeepConvNet` with Adam and draws how it went.
///
/// # Errors
/// If data, checkpoint, weights or figure cannot be read or written, or training diverges.
pub fn run(job: &Job) -> Result<()> {
    job.run("ch08", "train.png", deep_conv_net)
}
