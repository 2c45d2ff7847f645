//! Reading the test images with weights from a file.

use std::path::PathBuf;

use clap::Args;

use crate::flags::{self, DataFlags, ThreadsFlag};
use crate::layer::Layer;
use crate::metrics::accuracy;
use crate::store::weights;
use crate::{Result, data};

/// The flags of a section that evaluates a network. Each chapter says with clap's `mut_arg` which
/// weights its network has.
#[derive(Clone, Debug, Args)]
pub struct Evaluate {
    #[command(flatten)]
    data: DataFlags,
    /// Weights (.npz)
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    weights: PathBuf,
    #[command(flatten)]
    threads: ThreadsFlag,
}

impl Evaluate {
    /// Prints the accuracy of `network` with the weights in the file; learns nothing.
    ///
    /// # Errors
    /// If the weights are of another shape, or a file cannot be read.
    pub fn run(&self, mut network: impl Layer<f32>) -> Result<()> {
        weights::load(&mut network, &self.weights)?;
        let (_, test) = data::load(&self.data)?;
        println!("test accuracy: {:.4}", accuracy(&network, &test));
        Ok(())
    }
}
