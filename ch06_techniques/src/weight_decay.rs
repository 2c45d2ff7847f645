//! A price on large weights.

use common::Result;
use common::cli::{DataFlags, Figures};
use common::data;

use crate::experiment::Runs;
use crate::overfitting::{Remedy, draw, experiment, report};

// ANCHOR: remedies
/// Without the L2 penalty, and with λ = 0.1.
pub const REMEDIES: [Remedy; 2] = [
    Remedy { name: "λ = 0", lambda: 0.0, dropout: None },
    Remedy { name: "λ = 0.1", lambda: 0.1, dropout: None },
];
// ANCHOR_END: remedies

/// Prints the gap between training and test with and without weight decay, and draws both.
///
/// # Errors
/// If the data cannot be read or the figure not written.
pub fn run(flags: &DataFlags, epochs: usize, runs: Runs, figures: &Figures) -> Result<()> {
    let (train, test) = data::load(flags)?;
    let results = experiment(&REMEDIES, (&train, &test), epochs, runs);
    println!("six hidden layers of 100, ReLU, SGD 0.01, {epochs} epochs, {} runs", runs.runs);
    report(&REMEDIES, &results);
    let title = format!("{} images, with weight decay and without", train.len());
    figures.draw("weight-decay.png", (760, 380), |area| {
        draw(&title, &REMEDIES, &results, epochs, area)
    })
}
