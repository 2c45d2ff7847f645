//! A hundred guesses at the learning rate and at λ, and what the best of them have in common.

use std::io::Write;
use std::ops::Range;

use clap::Args;
use common::Result;
use common::data::{self, Dataset};
use common::flags::{self, SeedFlag};
use common::metrics::accuracy;
use common::multi_layer_net::MultiLayerNet;
use common::optimizer::{Optimizer, Sgd};
use common::plot::{Area, Drawn, Panels, Series, Stroke, draw_line};
use common::program::Figures;
use common::random::{Generator, Rng, generator};
use common::store::files;
use common::train::{Classification, TrainStep};

use crate::experiment::{CLASSES, Digits, PIXELS, batches, set_aside, side_by_side};

const BATCH: usize = 100;
/// Powers of ten between which the learning rate is guessed.
pub const RATE: Range<f64> = -6.0..-2.0;
/// Powers of ten between which λ is guessed.
pub const LAMBDA: Range<f64> = -8.0..-4.0;
/// How many trials are drawn, and how many are printed.
const DRAWN: usize = 20;
const PRINTED: usize = 10;

/// What the search needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// How many pairs are tried.
    pub trials: usize,
    /// How long each may learn.
    pub epochs: usize,
    /// Seed of the guesses, the split and the trials.
    pub seed: u64,
}

/// One pair of guesses and how it went.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// η.
    pub rate: f64,
    /// λ.
    pub lambda: f64,
    /// Accuracy after each epoch on the images learned from.
    pub train: Vec<f64>,
    /// Accuracies on the images set aside, which judge the trial.
    pub validation: Vec<f64>,
}

impl Trial {
    /// The last accuracy on the images set aside.
    pub fn score(&self) -> f64 {
        self.validation.last().copied().unwrap_or(0.0)
    }
}

// ANCHOR: log_uniform
/// A number whose power of ten is anywhere in `powers` with equal chance: as often between 1e-6
/// and 1e-5 as between 1e-3 and 1e-2.
pub fn log_uniform(powers: &Range<f64>, rng: &mut Generator) -> f64 {
    10_f64.powf(rng.random_range(powers.clone()))
}
// ANCHOR_END: log_uniform

// ANCHOR: search
/// All trials, the best first.
///
/// # Errors
/// If there are fewer than ten images.
pub fn search(images: &Dataset, search: Search) -> Result<Vec<Trial>> {
    let rng = &mut generator(search.seed);
    let (validation, train) = set_aside(images, rng)?;
    let guess = |_| (log_uniform(&RATE, rng), log_uniform(&LAMBDA, rng), rng.random());
    let guesses: Vec<(f64, f64, u64)> = (0..search.trials).map(guess).collect();
    let mut trials = side_by_side(&guesses, |&(rate, lambda, seed)| {
        trial((rate, lambda), (&train, &validation), search.epochs, &mut generator(seed))
    });
    trials.sort_by(|a, b| b.score().total_cmp(&a.score()));
    Ok(trials)
}
// ANCHOR_END: search

fn trial(
    (rate, lambda): (f64, f64),
    (train, validation): (&Dataset, &Dataset),
    epochs: usize,
    rng: &mut Generator,
) -> Trial {
    let mut network = MultiLayerNet::new(PIXELS, &[100; 6], CLASSES).build(rng);
    let mut sgd = Sgd { learning_rate: rate as f32 }.with_weight_decay(lambda as f32);
    let mut trial = Trial { rate, lambda, train: Vec::new(), validation: Vec::new() };
    let steps = train.len().div_ceil(BATCH);
    let mut step = Classification::new(train, train);
    for _ in 0..epochs {
        for indices in batches(train.len(), BATCH, steps, rng) {
            step.learn(&mut network, &mut sgd, &indices);
        }
        trial.train.push(accuracy(&network, train));
        trial.validation.push(accuracy(&network, validation));
    }
    trial
}

/// The powers of ten that hold what the trials have in common, and those between which to guess
/// next: their range, with half a power more where it was cut off by that of the last search.
pub fn next_range(
    trials: &[Trial],
    of: fn(&Trial) -> f64,
    last: &Range<f64>,
) -> (Range<f64>, Range<f64>) {
    let powers = || trials.iter().map(|trial| of(trial).log10());
    let low = powers().fold(f64::INFINITY, f64::min);
    let high = powers().fold(f64::NEG_INFINITY, f64::max);
    let edge = 0.05 * (last.end - last.start);
    let start = if low - last.start < edge { last.start - 0.5 } else { low };
    let end = if last.end - high < edge { last.end + 0.5 } else { high };
    (low..high, start..end)
}

/// The flags of `hyperparameters`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("train_size", |arg| arg.default_value("500")))]
pub struct Flags {
    /// How many pairs of learning rate and λ are tried
    #[arg(long, value_name = "N", default_value = "100", value_parser = flags::count)]
    trials: usize,
    /// How often every image is seen in each trial
    #[arg(long, value_name = "N", default_value = "50", value_parser = flags::count)]
    epochs: usize,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    digits: Digits,
}

/// Searches, prints the ten best and the next range, saves all trials and draws the best twenty.
///
/// # Errors
/// If the data cannot be read, or the figure or the table not written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let (images, _) = data::load(&flags.digits.data)?;
    let &Flags { trials: count, epochs, .. } = flags;
    let trials = search(&images, Search { trials: count, epochs, seed: flags.seed.seed })?;
    println!("{count} trials of {epochs} epochs; a fifth of the images judges");
    println!("       validation   learning rate   λ");
    for (i, trial) in trials.iter().take(PRINTED).enumerate() {
        println!(
            "  {:>3}  {:<13.2}{:<16.2e}{:.2e}",
            i + 1,
            trial.score(),
            trial.rate,
            trial.lambda
        );
    }
    let best = &trials[..trials.len().min(PRINTED)];
    say_next("learning rate", best, |trial| trial.rate, &RATE);
    say_next("λ", best, |trial| trial.lambda, &LAMBDA);
    save(&trials, figures)?;
    let best = &trials[..trials.len().min(DRAWN)];
    figures.draw("hyperparameters.png", (760, 760), |area| draw(best, epochs, area))
}

fn say_next(name: &str, best: &[Trial], of: fn(&Trial) -> f64, last: &Range<f64>) {
    let (found, next) = next_range(best, of, last);
    let power = |x: f64| 10_f64.powf(x);
    println!(
        "{name}: the best {} lie between {:.1e} and {:.1e}\n  next, search from {:.1e} to {:.1e}",
        best.len(),
        power(found.start),
        power(found.end),
        power(next.start),
        power(next.end),
    );
}

/// All trials, the best first, as a table that any program reads.
fn save(trials: &[Trial], figures: &Figures) -> Result<()> {
    let path = figures.path("hyperparameters.csv");
    files::replace(&path, |file| {
        writeln!(file, "learning_rate,lambda,train_accuracy,validation_accuracy")?;
        trials.iter().try_for_each(|trial| {
            let train = trial.train.last().copied().unwrap_or(0.0);
            writeln!(file, "{:e},{:e},{train},{}", trial.rate, trial.lambda, trial.score())
        })
    })?;
    println!("table: {}", path.display());
    Ok(())
}

fn draw(best: &[Trial], epochs: usize, area: &Area<'_>) -> Drawn {
    let curve = |label, color, values: &[f64]| {
        Series::line(label, color, (1..).map(f64::from).zip(values.iter().copied()))
    };
    let panels = Panels {
        title: format!("The best {} trials", best.len()),
        names: best
            .iter()
            .map(|trial| format!("η {:.1e}, λ {:.0e}", trial.rate, trial.lambda))
            .collect(),
        columns: 5,
        x_label: "epoch".to_string(),
        y_label: "accuracy".to_string(),
        x_range: 0.0..epochs as f64,
        y_range: 0.0..1.0,
        ticks: (3, 3),
        legend: vec![
            curve("images learned from", 0, &[]),
            curve("images set aside", 1, &[]).stroke(Stroke::Dashed),
        ],
    };
    panels.draw(area, |i, chart| {
        draw_line(chart, &curve("", 0, &best[i].train))?;
        draw_line(chart, &curve("", 1, &best[i].validation).stroke(Stroke::Dashed))
    })
}
