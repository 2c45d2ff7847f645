//! A price on large weights.

use clap::Args;
use common::Result;
use common::data;
use common::program::Figures;

use crate::experiment::Epochs;
use crate::overfitting::{Remedy, draw, experiment, report};

// ANCHOR: remedies
/// Without the L2 penalty, and with λ = 0.1.
pub const REMEDIES: [Remedy; 2] = [
    Remedy { name: "λ = 0", lambda: 0.0, dropout: None },
    Remedy { name: "λ = 0.1", lambda: 0.1, dropout: None },
];
// ANCHOR_END: remedies

/// The flags of `weight-decay`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("train_size", |arg| arg.default_value("300")))]
#[command(mut_arg("epochs", |arg| arg.default_value("201")))]
pub struct Flags {
    #[command(flatten)]
    experiment: Epochs,
}

/// Prints the gap between training and test with and without weight decay, and draws both.
///
/// # Errors
/// If the data cannot be read or the figure not written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let Epochs { epochs, runs, ref digits } = flags.experiment;
    let (train, test) = data::load(&digits.data)?;
    let results = experiment(&REMEDIES, (&train, &test), epochs, runs);
    println!("six hidden layers of 100, ReLU, SGD 0.01, {epochs} epochs, {} runs", runs.runs);
    report(&REMEDIES, &results);
    let title = format!("{} images, with weight decay and without", train.len());
    figures.draw("weight-decay.png", (760, 380), |area| {
        draw(&title, &REMEDIES, &results, epochs, area)
    })
}
