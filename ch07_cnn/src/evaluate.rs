//! Reading the test images with weights from a file.

use clap::Args;
use common::Result;
use common::program::evaluate::Evaluate;
use common::random::generator;

use crate::simple_conv_net::simple_conv_net;
use crate::train::IMAGE;

/// The flags of `evaluate`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("weights", |arg| {
    arg.help("Weights (.npz) with W1 30×1×5×5, b1, W2 4320×100, b2, W3 100×10, b3")
}))]
pub struct Flags {
    #[command(flatten)]
    evaluate: Evaluate,
}

/// Prints the accuracy of `SimpleConvNet` with the weights in a file; learns nothing.
///
/// # Errors
/// If the weights are of another shape, or a file cannot be read.
pub fn run(flags: &Flags) -> Result<()> {
    flags.evaluate.run(simple_conv_net(IMAGE, &mut generator(0))?)
}
