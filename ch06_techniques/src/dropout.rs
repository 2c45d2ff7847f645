//! Units that may not rely on one another.

use common::Result;
use common::cli::{DataFlags, Figures};
use common::data;

use crate::experiment::Runs;
use crate::overfitting::{Remedy, draw, experiment, report};

/// Without dropout, and with a rate of 0.2 after each hidden layer.
pub const REMEDIES: [Remedy; 2] = [
    Remedy { name: "without dropout", lambda: 0.0, dropout: None },
    Remedy { name: "dropout 0.2", lambda: 0.0, dropout: Some(0.2) },
];

/// Prints the gap between training and test with and without dropout, and draws both.
///
/// # Errors
/// If the data cannot be read or the figure not written.
pub fn run(flags: &DataFlags, epochs: usize, runs: Runs, figures: &Figures) -> Result<()> {
    let (train, test) = data::load(flags)?;
    let results = experiment(&REMEDIES, (&train, &test), epochs, runs);
    println!("six hidden layers of 100, ReLU, SGD 0.01, {epochs} epochs, {} runs", runs.runs);
    report(&REMEDIES, &results);
    let title = format!("{} images, with dropout and without", train.len());
    figures.draw("dropout.png", (760, 380), |area| draw(&title, &REMEDIES, &results, epochs, area))
}
