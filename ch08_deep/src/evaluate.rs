//! Reading the test images with weights from a file.

use clap::Args;
use common::Result;
use common::program::evaluate::Evaluate;
use common::random::generator;

use crate::networks::deep_conv_net::deep_conv_net;

/// The flags of `evaluate`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("weights", |arg| {
    arg.help("Weights (.npz) with the filters W1 16×1×3×3 … W6 64×64×3×3, W7 1024×50, W8 50×10, and b1 … b8")
}))]
pub struct Flags {
    #[command(flatten)]
    evaluate: Evaluate,
}

/// Prints the accuracy of `DeepConvNet` with the weights in a file; learns nothing.
///
/// # Errors
/// If the weights are of another shape, or a file cannot be read.
pub fn run(flags: &Flags) -> Result<()> {
    flags.evaluate.run(deep_conv_net(&mut generator(0))?)
}
