//! The same rules on digits, where nobody can draw the valley.

use common::Result;
use common::data::{self, Dataset};
use common::multi_layer_net::MultiLayerNet;
use common::optimizer::{AdaGrad, Adam, Momentum, Optimizer, Sgd};
use common::plot::LineChart;
use common::program::Figures;

use crate::experiment::{CLASSES, PIXELS, Runs, Steps, compare, losses};
use crate::spread::{Spread, draw, smoothed};

/// Images in a step.
const BATCH: usize = 128;

/// A rule by name, and how to begin with it.
pub type Rule = (&'static str, fn() -> Box<dyn Optimizer<f32>>);

// ANCHOR: rules
/// The rules, each with the learning rate that is usual for it.
pub const RULES: [Rule; 4] = [
    ("SGD 0.01", || Box::new(Sgd { learning_rate: 0.01 })),
    ("Momentum 0.01", || Box::new(Momentum::new(0.01))),
    ("AdaGrad 0.01", || Box::new(AdaGrad::new(0.01))),
    ("Adam 0.001", || Box::new(Adam::new(0.001))),
];
// ANCHOR_END: rules

// ANCHOR: experiment
/// The loss of every step, for each rule and each run: four hidden layers of 100, ReLU, He.
pub fn experiment(data: &Dataset, steps: usize, runs: Runs) -> Vec<Vec<Vec<f64>>> {
    let net = MultiLayerNet::new(PIXELS, &[100; 4], CLASSES);
    compare(&RULES, runs, |(_, rule), rng| {
        losses(&mut net.build(rng), &mut *rule(), data, (BATCH, steps), rng)
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
    println!("784-100-100-100-100-10, ReLU, {steps} steps of {BATCH}, {} runs each", runs.runs);
    println!("loss over the last 100 steps: mean of the runs (lowest … highest)");
    let mut curves = Vec::new();
    for ((name, _), losses) in RULES.iter().zip(&results) {
        println!("  {name:<15}{:.4}", at_the_end(losses));
        curves.push((*name, smoothed(losses, (steps / 40).max(1))));
    }
    let chart = LineChart {
        title: "Four optimizers on digits".to_string(),
        x_label: "step".to_string(),
        y_label: "cross entropy".to_string(),
        x_range: Some(0.0..steps as f64),
        y_range: Some(0.0..0.6),
        ..LineChart::default()
    };
    figures.draw("optimizers-mnist.png", (760, 430), |area| draw(area, chart, &curves))
}

/// The mean loss of each run's last hundred steps.
pub fn at_the_end(runs: &[Vec<f64>]) -> Spread {
    let mean = |losses: &Vec<f64>| {
        let last = &losses[losses.len().saturating_sub(100)..];
        last.iter().sum::<f64>() / last.len() as f64
    };
    Spread::of(&runs.iter().map(mean).collect::<Vec<_>>())
}
