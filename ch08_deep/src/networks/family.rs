//! What the sections about famous networks share: a check of their blocks, and who competes.

use clap::Args;
use common::cost::costs;
use common::gradient::{TOLERANCE, check_layer};
use common::layer::Layer;
use common::network::Network;
use common::number::grouped;
use common::optimizer::Optimizer;
use common::program::comparison::{Candidate, CompareFlags, Comparison, Row};
use common::random::{Generator, Rng, distributions::StandardNormal, generator};
use common::{Error, Float, Result, Tensor};

use crate::networks::deep_conv_net::{IMAGE, deep_conv_net};
use crate::networks::stack::{Shape, Stack};

/// The largest relative error among a block's gradients, for two made-up images.
pub fn gradient_error(block: &mut impl Layer<f64>, image: Shape, seed: u64) -> f64 {
    let (rng, (channels, height, width)) = (&mut generator(seed), image);
    let shape = [2, channels, height, width];
    let x = Tensor::from_shape_simple_fn(shape.as_slice(), || rng.sample(StandardNormal));
    for mut p in block.params() {
        // With a bias of 0, a ReLU that nothing reaches would stand right at its corner.
        p.value.mapv_inplace(|w| w + 0.1 * rng.sample::<f64, _>(StandardNormal));
    }
    check_layer(block, &x).iter().fold(0.0, |worst, (_, error)| error.max(worst))
}

/// Checks a block's gradients and prints how far they are off.
///
/// # Errors
/// If one of them is off by more than [`TOLERANCE`].
pub fn check(name: &str, block: &mut impl Layer<f64>, image: Shape) -> Result<()> {
    let error = gradient_error(block, image, 1);
    println!("gradient check of {name}, f64: largest relative error {error:.0e}");
    match error < TOLERANCE {
        true => Ok(()),
        false => Err(Error::Invalid(format!("a gradient of {name} is off by {error:.1e}"))),
    }
}

/// The flags of a section about a famous network.
#[derive(Clone, Debug, Args)]
pub struct FamilyFlags {
    /// Count parameters and products, and train nothing
    #[arg(long)]
    pub costs: bool,
    /// How to train.
    #[command(flatten)]
    pub compare: CompareFlags,
}

/// Makes a network from a generator.
pub type Maker<'a> = &'a dyn Fn(&mut Generator) -> Result<Candidate<Network<f32>>>;

/// Trains networks one after the other, each with an optimizer of its own, and prints their table;
/// or, if only the costs are wanted, those.
///
/// # Errors
/// If data cannot be read or training diverges.
pub fn compete<O: Optimizer<f32>>(
    flags: &FamilyFlags,
    candidates: &[(&str, Maker<'_>)],
    optimizer: impl Fn(f32) -> O,
) -> Result<Vec<Row>> {
    if flags.costs {
        print_costs(candidates)?;
        return Ok(Vec::new());
    }
    let mut comparison = Comparison::new(&flags.compare)?;
    for (name, maker) in candidates {
        comparison.enter(name, maker, optimizer(flags.compare.learning_rate as f32))?;
    }
    comparison.print();
    Ok(comparison.into_rows())
}

fn print_costs(candidates: &[(&str, Maker<'_>)]) -> Result<()> {
    println!("\n{:<15}{:>11}{:>13}", "network", "parameters", "products");
    for (name, maker) in candidates {
        let Candidate { parameters, macs, .. } = maker(&mut generator(1))?;
        let products = macs.map(grouped).unwrap_or_default();
        println!("{name:<15}{:>11}{products:>13}", grouped(parameters));
    }
    Ok(())
}

/// A stack, with its counts, ready to compete.
pub fn candidate(mut stack: Stack<f32>) -> Candidate<Network<f32>> {
    let (parameters, macs) = (stack.parameters(), Some(stack.macs()));
    Candidate { network: Network::new().with(stack), parameters, macs }
}

/// The chapter's own network.
///
/// # Errors
/// Never.
pub fn chapters_own(rng: &mut Generator) -> Result<Candidate<Network<f32>>> {
    let mut network = deep_conv_net(rng)?;
    let costs = costs(&mut network, &[IMAGE.0, IMAGE.1, IMAGE.2]);
    let parameters = costs.iter().map(|cost| cost.parameters).sum();
    let macs = costs.iter().map(|cost| cost.macs).sum();
    Ok(Candidate { network, parameters, macs: Some(macs) })
}

/// A stack for the images that the chapter learns from.
pub fn start<F: Float>() -> Stack<F> {
    Stack::new(IMAGE)
}
