//! Large batches: with more ranks a batch grows, there are fewer steps, and the learning rate must
//! follow.

use clap::Args;
use common::data::{self, Dataset, shuffled_batches};
use common::flags::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag};
use common::layer::Layer;
use common::layers::SoftmaxWithLoss;
use common::metrics::accuracy;
use common::network::Network;
use common::optimizer::{Optimizer, Sgd};
use common::plot::{Area, Drawn, LineChart, Scale, Series, Stroke};
use common::program::Figures;
use common::random::generator;
use common::train::{classify, interrupt};
use common::{Error, Result};
use rayon::prelude::*;

use crate::networks::measured::Measured;

/// The batch for which the learning rate is given.
const BASE: usize = 100;

/// The flags of `distributed batches`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    data: DataFlags,
    /// Sizes of batches
    #[arg(long, value_name = "N,N", value_delimiter = ',', default_value = "100,200,400,800,1600,3200", value_parser = flags::count)]
    sizes: Vec<usize>,
    /// How often every image is seen, whatever the size
    #[arg(long, value_name = "N", default_value = "10", value_parser = flags::count)]
    epochs: usize,
    /// The learning rate for batches of 100
    #[arg(long, value_name = "X", default_value = "0.1", value_parser = flags::positive)]
    learning_rate: f64,
    /// How often each is tried, with other weights and another order of the images
    #[arg(long, value_name = "N", default_value = "3", value_parser = flags::count)]
    runs: usize,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

// ANCHOR: rule
/// How the learning rate follows the size of the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// It stays.
    Same,
    /// It grows with the square root.
    Root,
    /// It grows as the batch does.
    Linear,
    /// The same, but in the first epoch it rises from that of the small batch (Goyal and others,
    /// 2017).
    WarmUp,
}

impl Rule {
    /// The rate for the step after `done` steps, `epoch` of which are an epoch: `rate` is that of
    /// the small batch, and this one has `times` as many images.
    pub fn rate(self, rate: f64, times: f64, (done, epoch): (usize, usize)) -> f64 {
        let full = rate * times;
        match self {
            Self::Same => rate,
            Self::Root => rate * times.sqrt(),
            Self::Linear => full,
            Self::WarmUp => rate + (full - rate) * (done as f64 / epoch as f64).min(1.0),
        }
    }
}
// ANCHOR_END: rule

impl Rule {
    const ALL: [Self; 4] = [Self::Same, Self::Root, Self::Linear, Self::WarmUp];

    fn name(self) -> &'static str {
        match self {
            Self::Same => "same rate",
            Self::Root => "times the root",
            Self::Linear => "linear",
            Self::WarmUp => "linear, warm-up",
        }
    }
}

/// Trains the two-layer network with every size and rule, prints and draws how well it reads the
/// test images.
///
/// # Errors
/// If data cannot be read or the figure cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let (train, test) = data::load(&flags.data)?;
    if let Some(size) = flags.sizes.iter().find(|size| **size > train.len()) {
        return Err(Error::Invalid(format!(
            "a batch of {size} cannot be made of the {} training images; choose smaller --sizes",
            train.len()
        )));
    }
    interrupt::listen();
    println!(
        "two_layer, SGD, {} epochs, rate {} for batches of {BASE}, {} runs: % of the test images, worst–best",
        flags.epochs, flags.learning_rate, flags.runs
    );
    let names: String = Rule::ALL.iter().map(|rule| format!("{:>24}", rule.name())).collect();
    println!("  batch  steps{names}");
    let mut found: Vec<Vec<Vec<f64>>> = vec![Vec::new(); Rule::ALL.len()];
    for &size in &flags.sizes {
        let runs: Vec<_> = (0..Rule::ALL.len() * flags.runs).collect();
        let learn = |run: usize| {
            let rule = Rule::ALL[run / flags.runs];
            let seed = flags.seed.seed + (run % flags.runs) as u64;
            100.0 * learned((&train, &test), size, rule, seed, flags)
        };
        let all: Vec<f64> = runs.into_par_iter().map(learn).collect();
        if interrupt::requested() {
            println!("stopped");
            return Ok(());
        }
        let cells: String = all.chunks(flags.runs).map(cell).collect();
        println!("{size:>7}{:>7}{cells}", flags.epochs * train.len().div_ceil(size));
        found.iter_mut().zip(all.chunks(flags.runs)).for_each(|(f, runs)| f.push(runs.to_vec()));
    }
    figures.draw("batches.png", (760, 400), |area| draw(&flags.sizes, &found, area))
}

/// The test accuracy after all epochs.
fn learned(
    (train, test): (&Dataset, &Dataset),
    size: usize,
    rule: Rule,
    seed: u64,
    flags: &Flags,
) -> f64 {
    let rng = &mut generator(seed);
    let mut network: Network<f32> = Measured::TwoLayer.network(rng).expect("all sizes fit");
    let (mut criterion, mut sgd) = (SoftmaxWithLoss::default(), Sgd { learning_rate: 0.0 });
    let (epoch, times) = (train.len().div_ceil(size), size as f64 / BASE as f64);
    let mut done = 0;
    for _ in 0..flags.epochs {
        for indices in shuffled_batches(train.len(), size, rng) {
            if interrupt::requested() {
                return f64::NAN;
            }
            let (x, labels) = train.batch(&indices);
            classify(&mut network, &mut criterion, (x, &labels), 1.0);
            sgd.learning_rate = rule.rate(flags.learning_rate, times, (done, epoch)) as f32;
            sgd.update(network.params());
            done += 1;
        }
    }
    accuracy(&network, test)
}

fn cell(runs: &[f64]) -> String {
    let (low, mean, high) = spread(runs);
    format!("{:>24}", format!("{mean:.1} ({low:.1}–{high:.1})"))
}

fn spread(runs: &[f64]) -> (f64, f64, f64) {
    let low = runs.iter().copied().fold(f64::INFINITY, f64::min);
    let high = runs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (low, runs.iter().sum::<f64>() / runs.len() as f64, high)
}

fn draw(sizes: &[usize], found: &[Vec<Vec<f64>>], area: &Area<'_>) -> Drawn {
    const LOWEST: f64 = 88.0;
    let mut series = Vec::new();
    let strokes = [Stroke::Dotted, Stroke::Dashed, Stroke::Solid, Stroke::Solid];
    for (i, ((rule, runs), stroke)) in Rule::ALL.iter().zip(found).zip(strokes).enumerate() {
        let at = || sizes.iter().map(|&size| size as f64).zip(runs);
        let means = at().map(|(size, runs)| (size, spread(runs).1.max(LOWEST)));
        series.push(Series::line(rule.name(), i, means).stroke(stroke));
        let dots = at().flat_map(|(size, runs)| runs.iter().map(move |&run| (size, run)));
        let dots = dots.filter(|(_, run)| *run >= LOWEST);
        series.push(Series::line("", i, dots).stroke(Stroke::Dots));
    }
    LineChart {
        title: "Larger batches, as many epochs: what the learning rate must do".to_string(),
        x_label: "images in a batch".to_string(),
        y_label: "test accuracy, %".to_string(),
        series,
        x_range: Some(80.0..5000.0),
        y_range: Some(LOWEST..98.0),
        x_scale: Scale::Log,
        ..LineChart::default()
    }
    .draw(area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warm_up_begins_small_and_ends_linear() {
        let rate = |done| Rule::WarmUp.rate(0.1, 8.0, (done, 100));
        assert_eq!([rate(0), rate(100), rate(500)], [0.1, 0.8, 0.8]);
        assert!((rate(50) - 0.45).abs() < 1e-12);
        assert_eq!(Rule::Root.rate(0.1, 4.0, (0, 1)), 0.2);
    }
}
