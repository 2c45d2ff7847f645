//! Sixteen ways to begin badly, with batch normalisation and without.

use clap::Args;
use common::Result;
use common::data::{self, Dataset};
use common::init::Init;
use common::metrics::accuracy;
use common::multi_layer_net::MultiLayerNet;
use common::network::Network;
use common::optimizer::Sgd;
use common::plot::{Area, Drawn, Panels};
use common::program::Figures;
use common::random::Generator;
use common::train::{Classification, TrainStep};

use crate::experiment::{CLASSES, Epochs, PIXELS, Runs, batches, compare};
use crate::spread::{Curve, curve, draw_pairs};

const BATCH: usize = 100;
/// How many spreads of the initial weights are tried.
pub const SCALES: usize = 16;

/// The standard deviation of the initial weights of panel `i`: from 1 down to 10⁻⁴, each the same
/// fraction of the one before.
pub fn scale(i: usize) -> f64 {
    10_f64.powf(-4.0 * i as f64 / (SCALES - 1) as f64)
}

// ANCHOR: accuracies
/// Accuracy on the training images after each epoch: five hidden layers of 100, ReLU, SGD 0.01.
fn accuracies(
    (std, normalise): (f64, bool),
    data: &Dataset,
    epochs: usize,
    rng: &mut Generator,
) -> Vec<f64> {
    let net = MultiLayerNet::new(PIXELS, &[100; 5], CLASSES);
    let mut network: Network<f32> = net.init(Init::Gaussian(std)).batch_norm(normalise).build(rng);
    let mut sgd = Sgd { learning_rate: 0.01 };
    let steps = data.len().div_ceil(BATCH);
    let mut step = Classification::new(data, data);
    let epoch = |_| {
        for indices in batches(data.len(), BATCH, steps, rng) {
            step.learn(&mut network, &mut sgd, &indices);
        }
        accuracy(&network, data)
    };
    (0..epochs).map(epoch).collect()
}
// ANCHOR_END: accuracies

/// For each scale the accuracies (without, with) batch normalisation.
pub fn experiment(data: &Dataset, epochs: usize, runs: Runs) -> Vec<(Curve, Curve)> {
    let variants: Vec<_> = [false, true]
        .iter()
        .flat_map(|&normalise| (0..SCALES).map(move |i| (scale(i), normalise)))
        .collect();
    let results = compare(&variants, runs, |&variant, rng| accuracies(variant, data, epochs, rng));
    let xs: Vec<_> = (1..=epochs).map(|epoch| epoch as f64).collect();
    let curves: Vec<_> = results.iter().map(|runs| curve(&xs, runs)).collect();
    let (without, with) = curves.split_at(SCALES);
    without.iter().cloned().zip(with.iter().cloned()).collect()
}

/// The flags of `batch-norm`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("train_size", |arg| arg.default_value("1000")))]
pub struct Flags {
    #[command(flatten)]
    experiment: Epochs,
}

/// Prints the accuracy after the last epoch for each scale and draws sixteen panels.
///
/// # Errors
/// If the data cannot be read or the figure not written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let Epochs { epochs, runs, ref digits } = flags.experiment;
    let (train, _) = data::load(&digits.data)?;
    let curves = experiment(&train, epochs, runs);
    println!("784-100-100-100-100-100-10, ReLU, SGD 0.01, {epochs} epochs, {} runs", runs.runs);
    println!("accuracy on the {} training images: mean (lowest … highest)", train.len());
    println!("  {:<10}{:<26}with batch normalisation", "std", "without");
    for (i, (without, with)) in curves.iter().enumerate() {
        let last = |curve: &Curve| curve.last().map_or(String::new(), |(_, s)| format!("{s:.2}"));
        println!("  {:<10.5}{:<26}{}", scale(i), last(without), last(with));
    }
    figures.draw("batch-norm.png", (760, 680), |area| draw(&curves, epochs, area))
}

fn draw(curves: &[(Curve, Curve)], epochs: usize, area: &Area<'_>) -> Drawn {
    let pairs: Vec<_> = curves.iter().map(|(without, with)| (with, without)).collect();
    let panels = Panels {
        title: "With batch normalisation it learns from almost any initial spread".to_string(),
        names: (0..curves.len()).map(|i| format!("std {:.5}", scale(i))).collect(),
        columns: 4,
        x_label: "epoch".to_string(),
        y_label: "accuracy on the training images".to_string(),
        x_range: 0.0..epochs as f64,
        y_range: 0.0..1.0,
        ticks: (5, 3),
        legend: Vec::new(),
    };
    draw_pairs(area, panels, ("with batch normalisation", "without"), &pairs)
}
