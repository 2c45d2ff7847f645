//! Learning by heart, made on purpose: few images, a large network, many epochs.

use common::data::Dataset;
use common::metrics::accuracy;
use common::multi_layer_net::MultiLayerNet;
use common::optimizer::{Optimizer, Sgd};
use common::plot::{Area, Drawn, Panels};
use common::random::Generator;
use common::train::{Classification, TrainStep};

use crate::experiment::{CLASSES, PIXELS, Runs, batches, compare};
use crate::spread::{Curve, Spread, curve, draw_pairs};

const BATCH: usize = 100;
/// Epochs between two looks at the accuracies.
const EVERY: usize = 10;

/// What a network that learns by heart may do against it.
pub struct Remedy {
    /// What the panel is called.
    pub name: &'static str,
    /// λ of the L2 penalty.
    pub lambda: f32,
    /// The rate of dropout, if there is any.
    pub dropout: Option<f64>,
}

/// Accuracies as they go, on the images learned from and on the test images.
pub struct Accuracies {
    /// On the images learned from.
    pub train: Curve,
    /// On the test images.
    pub test: Curve,
}

impl Accuracies {
    /// Both at the end: (train, test).
    pub fn last(&self) -> Option<(Spread, Spread)> {
        Some((self.train.last()?.1, self.test.last()?.1))
    }
}

// ANCHOR: accuracies
/// (train, test) accuracy after every tenth epoch: six hidden layers of 100, ReLU, SGD 0.01.
fn accuracies(
    remedy: &Remedy,
    (train, test): (&Dataset, &Dataset),
    epochs: usize,
    rng: &mut Generator,
) -> Vec<(f64, f64)> {
    let net = MultiLayerNet::new(PIXELS, &[100; 6], CLASSES);
    let mut network = net.dropout(remedy.dropout).build(rng);
    let mut sgd = Sgd { learning_rate: 0.01 }.with_weight_decay(remedy.lambda);
    let steps = train.len().div_ceil(BATCH);
    let mut step = Classification::new(train, train);
    let mut accuracies = Vec::new();
    for epoch in 1..=epochs {
        for indices in batches(train.len(), BATCH, steps, rng) {
            step.learn(&mut network, &mut sgd, &indices);
        }
        if looked_at(epoch) {
            accuracies.push((accuracy(&network, train), accuracy(&network, test)));
        }
    }
    accuracies
}
// ANCHOR_END: accuracies

/// The first epoch, and every tenth after it.
fn looked_at(epoch: usize) -> bool {
    epoch % EVERY == 1
}

/// Every remedy, several times.
pub fn experiment(
    remedies: &[Remedy],
    data: (&Dataset, &Dataset),
    epochs: usize,
    runs: Runs,
) -> Vec<Accuracies> {
    let results = compare(remedies, runs, |remedy, rng| accuracies(remedy, data, epochs, rng));
    let xs: Vec<_> = (1..=epochs).filter(|&e| looked_at(e)).map(|e| e as f64).collect();
    let part = |runs: &[Vec<(f64, f64)>], part: fn(&(f64, f64)) -> f64| {
        let runs: Vec<Vec<f64>> = runs.iter().map(|run| run.iter().map(part).collect()).collect();
        curve(&xs, &runs)
    };
    let both = |runs: &Vec<_>| Accuracies { train: part(runs, |a| a.0), test: part(runs, |a| a.1) };
    results.iter().map(both).collect()
}

/// Prints the accuracies at the end and the gap between them.
pub fn report(remedies: &[Remedy], results: &[Accuracies]) {
    println!("accuracy at the end: mean (lowest … highest)");
    println!("  {:<18}{:<24}{:<24}gap", "", "train", "test");
    for (remedy, accuracies) in remedies.iter().zip(results) {
        if let Some((train, test)) = accuracies.last() {
            let (name, gap) = (remedy.name, train.mean - test.mean);
            let (train, test) = (train.to_string(), test.to_string());
            println!("  {name:<18}{train:<24}{test:<24}{gap:.3}");
        }
    }
}

/// A panel for each remedy, on one scale.
///
/// # Errors
/// If plotters cannot draw it.
pub fn draw(
    title: &str,
    remedies: &[Remedy],
    results: &[Accuracies],
    epochs: usize,
    area: &Area<'_>,
) -> Drawn {
    let pairs: Vec<_> = results.iter().map(|Accuracies { train, test }| (train, test)).collect();
    let panels = Panels {
        title: title.to_string(),
        names: remedies.iter().map(|remedy| remedy.name.to_string()).collect(),
        columns: remedies.len(),
        x_label: "epoch".to_string(),
        y_label: "accuracy".to_string(),
        x_range: 0.0..epochs as f64,
        y_range: 0.0..1.02,
        ticks: (5, 6),
        legend: Vec::new(),
    };
    draw_pairs(area, panels, ("images learned from", "test images"), &pairs)
}
