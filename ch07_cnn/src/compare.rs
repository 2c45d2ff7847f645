//! A famous network beside two that the reader knows.

use common::init::Init;
use common::layers::{Affine, Relu};
use common::network::Network;
use common::number::grouped;
use common::optimizer::Adam;
use common::program::comparison::{Candidate, CompareFlags, Comparison};
use common::random::{Generator, generator};
use common::{Float, Result};

use crate::alexnet::named;
use crate::lenet::Named;
use crate::simple_conv_net::simple_conv_net;
use crate::train::IMAGE;

/// Makes a network from a generator.
pub type Maker = fn(&mut Generator) -> Result<Named<f32>>;

/// The network of chapter 5: 784-50-10.
///
/// # Errors
/// Never.
pub fn two_layer_net<F: Float>(rng: &mut Generator) -> Result<Named<F>> {
    let network = Network::new()
        .with(Affine::new(784, 50, Init::He, rng))
        .with(Relu::default())
        .with(Affine::new(50, 10, Init::He, rng));
    named(network, &["affine 50", "affine 10"])
}

/// The network of this chapter.
///
/// # Errors
/// Never.
pub fn chapters_own(rng: &mut Generator) -> Result<Named<f32>> {
    named(simple_conv_net(IMAGE, rng)?, &["30 filters 5×5, pooled", "affine 100", "affine 10"])
}

/// Prints the layers of the section's own network, then trains it after the two that it is compared
/// with, all alike, and prints one table.
///
/// # Errors
/// If data cannot be read or training diverges.
pub fn run((name, maker): (&'static str, Maker), flags: &CompareFlags) -> Result<()> {
    println!("{name}, layer by layer:");
    let (_, layers) = maker(&mut generator(flags.seed.seed))?;
    for (layer, parameters) in &layers {
        println!("  {layer:<38}{:>9}", grouped(*parameters));
    }
    println!("  {:<38}{:>9}", "parameters", grouped(parameters(&layers)));

    let mut comparison = Comparison::new(flags)?;
    let candidates: [(&str, Maker); 3] =
        [("two-layer net", two_layer_net), ("SimpleConvNet", chapters_own), (name, maker)];
    for (name, maker) in candidates {
        let candidate = |rng: &mut Generator| {
            let (network, layers) = maker(rng)?;
            Ok(Candidate { network, parameters: parameters(&layers), macs: None })
        };
        comparison.enter(name, candidate, Adam::new(flags.learning_rate as f32))?;
    }
    comparison.print();
    Ok(())
}

fn parameters(layers: &[(&str, usize)]) -> usize {
    layers.iter().map(|(_, n)| n).sum()
}
