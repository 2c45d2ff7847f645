//! How small should weights be at the start?

use common::Result;
use common::data::{self, Dataset};
use common::init::Init;
use common::multi_layer_net::MultiLayerNet;
use common::optimizer::Sgd;
use common::plot::LineChart;
use common::program::Figures;

use crate::experiment::{CLASSES, PIXELS, Runs, Steps, compare, losses};
use crate::optimizers_mnist::at_the_end;
use crate::spread::{draw, smoothed};

const BATCH: usize = 128;

/// The spreads that are compared.
pub const INITS: [(&str, Init); 3] =
    [("std 0.01", Init::Gaussian(0.01)), ("Xavier", Init::Xavier), ("He", Init::He)];

// ANCHOR: experiment
/// The loss of every step, for each spread and each run: four hidden layers of 100, ReLU, SGD 0.01.
pub fn experiment(data: &Dataset, steps: usize, runs: Runs) -> Vec<Vec<Vec<f64>>> {
    compare(&INITS, runs, |(_, init), rng| {
        let net = MultiLayerNet::new(PIXELS, &[100; 4], CLASSES).init(*init);
        let mut sgd = Sgd { learning_rate: 0.01 };
        losses(&mut net.build(rng), &mut sgd, data, (BATCH, steps), rng)
    })
}
// ANCHOR_END: experiment

/// Prints the loss at the end and draws it all the way.
///
/// # Errors
/// If the data cannot be read or the figure not written.
pub fn run(&Steps { steps, runs, ref digits }: &Steps, figures: &Figures) -> Result<()> {
    let (train, _) = data::load(&digits.data)?;
    let results = experiment(&train, steps, runs);
    println!(
        "784-100-100-100-100-10, ReLU, SGD 0.01, {steps} steps of {BATCH}, {} runs",
        runs.runs
    );
    println!("loss over the last 100 steps: mean of the runs (lowest … highest)");
    let mut curves = Vec::new();
    for ((name, _), losses) in INITS.iter().zip(&results) {
        println!("  {name:<10}{:.4}", at_the_end(losses));
        curves.push((*name, smoothed(losses, (steps / 40).max(1))));
    }
    let chart = LineChart {
        title: "Three ways to begin".to_string(),
        x_label: "step".to_string(),
        y_label: "cross entropy".to_string(),
        x_range: Some(0.0..steps as f64),
        y_range: Some(0.0..2.5),
        ..LineChart::default()
    };
    figures.draw("init.png", (760, 400), |area| draw(area, chart, &curves))
}
