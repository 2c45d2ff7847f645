//! Networks side by side: parameters, time per epoch, accuracy.

use std::time::Instant;

use common::cli::DataFlags;
use common::data::{self, Dataset};
use common::init::Init;
use common::interrupt;
use common::layers::{Affine, Relu};
use common::network::Network;
use common::optimizer::Adam;
use common::random::{Generator, generator};
use common::trainer::Trainer;
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

/// How a network did.
struct Row {
    name: &'static str,
    parameters: usize,
    epoch_seconds: f64,
    accuracy: f64,
}

/// Prints the layers of the section's own network, then trains it after the two that it is compared
/// with, all alike, and prints one table.
///
/// # Errors
/// If data cannot be read or training diverges.
pub fn run(
    (name, maker): (&'static str, Maker),
    data: &DataFlags,
    trainer: Trainer,
    learning_rate: f64,
    seed: u64,
) -> Result<()> {
    println!("{name}, layer by layer:");
    let (_, layers) = maker(&mut generator(seed))?;
    for (layer, parameters) in &layers {
        println!("  {layer:<38}{:>9}", grouped(*parameters));
    }
    println!("  {:<38}{:>9}", "parameters", grouped(layers.iter().map(|(_, n)| n).sum()));

    let (train, test) = data::load(data)?;
    let contestants: [(&str, Maker); 3] =
        [("two-layer net", two_layer_net), ("SimpleConvNet", chapters_own), (name, maker)];
    let mut rows = Vec::new();
    for (name, maker) in contestants {
        println!("{name}:");
        rows.push(contest(name, maker, (&train, &test), trainer, learning_rate, seed)?);
        if interrupt::requested() {
            break;
        }
    }
    println!("\nnetwork         parameters   s per epoch   test accuracy");
    for row in &rows {
        println!(
            "{:<15} {:>10} {:>13.1} {:>15.4}",
            row.name,
            grouped(row.parameters),
            row.epoch_seconds,
            row.accuracy
        );
    }
    if let Some(row) = rows.last() {
        println!("test accuracy: {:.4}", row.accuracy);
    }
    Ok(())
}

fn contest(
    name: &'static str,
    maker: Maker,
    (train, test): (&Dataset, &Dataset),
    trainer: Trainer,
    learning_rate: f64,
    seed: u64,
) -> Result<Row> {
    let rng = &mut generator(seed);
    let (mut network, layers) = maker(rng)?;
    let mut adam = Adam::new(learning_rate as f32);
    let start = Instant::now();
    let history = trainer.fit(&mut network, &mut adam, (train, test), rng)?;
    Ok(Row {
        name,
        parameters: layers.iter().map(|(_, n)| n).sum(),
        epoch_seconds: start.elapsed().as_secs_f64() / history.test_accuracies.len().max(1) as f64,
        accuracy: history.test_accuracies.last().copied().unwrap_or_default(),
    })
}

/// 431080 as 431,080.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
