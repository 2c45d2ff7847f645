//! The main job: a network learns to read small digits from numerical gradients alone.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use common::flags::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag};
use common::plot::{Area, Drawn, LineChart, Series, Stroke};
use common::program::Figures;
use common::random::{Generator, generator};
use common::store::files;
use common::train::interrupt;
use common::train::{TOO_LONG, diverged, rescue};
use common::{Error, Result, data, progress};

use crate::digits_figure;
use crate::gradient::{Vector, first_partials, gradient_parallel};
use crate::mini_batch;
use crate::two_layer_net::TwoLayerNet;
use crate::vectors::Vectors;

/// How to train.
#[derive(Clone, Debug, Args)]
pub struct Settings {
    /// How many steps down the slope
    #[arg(long, value_name = "N", default_value = "600", value_parser = flags::count)]
    pub steps: usize,
    /// Images in one step
    #[arg(long, value_name = "N", default_value = "100", value_parser = flags::count)]
    pub batch_size: usize,
    /// How far each step goes
    #[arg(long, value_name = "X", default_value = "0.5", value_parser = flags::positive)]
    pub learning_rate: f64,
    /// Start from these weights (.npz) instead of random ones
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    pub weights: Option<PathBuf>,
    /// Write the learned weights to this file (.npz)
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    pub save: Option<PathBuf>,
}

/// The network: 7×7 pixels, 970 weights.
pub const NETWORK: TwoLayerNet = TwoLayerNet { inputs: 49, hidden: 16, outputs: 10 };
/// The network of the next chapter: 28×28 pixels, 39,760 weights.
pub const FULL: TwoLayerNet = TwoLayerNet { inputs: 784, hidden: 50, outputs: 10 };
/// Pixels of an original image that become one.
pub const BLOCK: usize = 4;
/// Steps from one report to the next.
const REPORT: usize = 50;
/// Training images that a report's accuracy is taken on.
const CHECKED: usize = 10_000;

/// Weights of the full network whose slopes are timed.
const MEASURED: usize = 500;

/// What happened during training.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The loss of each step's batch, before that step.
    pub losses: Vec<f64>,
    /// (steps done, accuracy on training images, accuracy on test images) at every report.
    pub accuracies: Vec<(usize, f64, f64)>,
}

/// The flags of `train`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Trains the small network, says what the full one would have cost, and draws how it went.
///
/// # Errors
/// If the data, the weights or the figure cannot be read or written, or training diverges.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let settings = &flags.settings;
    settings.save.as_deref().map_or(Ok(()), files::check_writable)?;
    let loaded = settings.weights.as_deref().map(|file| NETWORK.load(file)).transpose()?;
    let (mut train, test) = data::load(&flags.data)?;
    if settings.batch_size > train.len() {
        let (size, count) = (settings.batch_size, train.len());
        return Err(Error::Invalid(format!(
            "a batch of {size} is more than the {count} training images; choose a --batch-size of at most {count}"
        )));
    }
    let rng = &mut generator(flags.seed.seed);
    let mut weights = loaded.unwrap_or_else(|| NETWORK.random_weights(rng));
    describe(NETWORK, "7×7 pixels");
    let (train_small, test_small) = (Vectors::shrink(&train, BLOCK), Vectors::shrink(&test, BLOCK));

    let digits = digits_figure::grid(&train);
    figures.draw("small-digits.png", digits.size(760), |area| digits.draw(area))?;

    let start = Instant::now();
    let history = learn(&mut weights, (&train_small, &test_small), settings, rng)
        .map_err(|e| rescue(e, settings.save.as_deref(), |file| NETWORK.save(&weights, file)))?;
    let took = start.elapsed();
    let done = history.losses.len();
    let step = took.as_secs_f64() / done as f64;
    if let Some(file) = &settings.save {
        NETWORK.save(&weights, file)?; // before a line that nobody may take any more
    }
    println!("{done} steps took {:.1} s, {:.1} ms each", took.as_secs_f64(), step * 1e3);
    if let Some(file) = &settings.save {
        println!("weights: {}", file.display());
    }
    if !interrupt::requested() {
        train.truncate(settings.batch_size);
        extrapolate(&Vectors::shrink(&train, 1), settings.steps, rng);
    }
    if let Some((_, _, accuracy)) = history.accuracies.last() {
        println!("test accuracy: {accuracy:.4}");
    }
    figures.draw("train.png", (760, 360), |area| draw(&history, area))
}

// ANCHOR: learn
/// Walks down the slope of the loss, which is found by trying: a new batch for
/// every step.
///
/// Ctrl-C ends it after the current step; `weights` then hold what was learned.
///
/// # Errors
/// If the loss or a slope stops being a number; `weights` are then what they were before that step.
pub fn learn(
    weights: &mut Vector,
    (train, test): (&Vectors, &Vectors),
    settings: &Settings,
    rng: &mut Generator,
) -> Result<History> {
    interrupt::listen();
    let progress = progress::bar(settings.steps, "steps");
    let mut history = History::default();
    println!("{}", history.report(weights, (train, test))?);
    for step in 1..=settings.steps {
        let drawn = mini_batch::draw(train.len(), settings.batch_size, rng);
        let Vectors { x, labels } = train.batch(&drawn);
        let loss = |weights: &Vector| NETWORK.loss(weights, &x, &labels);

        let (now, slope) = (loss(weights), gradient_parallel(loss, weights));
        NETWORK.check(step, now, &slope)?;
        history.losses.push(now);
        weights.scaled_add(-settings.learning_rate, &slope);

        progress.inc(1);
        let last = step == settings.steps || interrupt::requested();
        let mut heard = true;
        if last || step % REPORT == 0 {
            let line = history.report(weights, (train, test))?;
            heard = progress.suspend(|| progress::tell(&line));
        }
        if last || !heard {
            break;
        }
    }
    progress.finish_and_clear();
    Ok(history)
}
// ANCHOR_END: learn

impl History {
    /// Adds the accuracies of now; a line about them and the latest losses.
    fn report(&mut self, weights: &Vector, sets: (&Vectors, &Vectors)) -> Result<String> {
        let step = self.losses.len();
        if !weights.iter().all(|w| w.is_finite()) {
            return Err(
                diverged(step, "the weights are not finite after the update", TOO_LONG).into()
            );
        }
        let recent = &self.losses[step.saturating_sub(REPORT)..];
        let loss = match recent.len() {
            0 => "before learning".to_string(),
            n => format!("loss {:.4}", recent.iter().sum::<f64>() / n as f64),
        };
        let train = NETWORK.accuracy(weights, &sets.0.first(CHECKED));
        let test = NETWORK.accuracy(weights, sets.1);
        self.accuracies.push((step, train, test));
        Ok(format!("step {step:>4}: {loss}, train accuracy {train:.4}, test accuracy {test:.4}"))
    }
}

/// What one step of a network costs.
fn describe(network: TwoLayerNet, pixels: &str) {
    let TwoLayerNet { inputs, hidden, outputs } = network;
    let weights = network.count();
    let passes = grouped(2 * weights);
    println!(
        "{pixels}, {inputs}-{hidden}-{outputs}: {} weights, {passes} forward passes a step",
        grouped(weights)
    );
}

// ANCHOR: extrapolate
/// Measures some slopes of the full network and says how long all would take.
fn extrapolate(batch: &Vectors, steps: usize, rng: &mut Generator) {
    describe(FULL, "28×28 pixels");
    let weights = FULL.random_weights(rng);
    let loss = |weights: &Vector| FULL.loss(weights, &batch.x, &batch.labels);
    let start = Instant::now();
    first_partials(loss, &weights, MEASURED);
    let measured = start.elapsed().as_secs_f64();
    let step = measured * FULL.count() as f64 / MEASURED as f64;
    println!("  measured: {} passes in {measured:.2} s", grouped(2 * MEASURED));
    let all = spoken(step * steps as f64);
    println!("  predicted: {step:.1} s a step, {all} for {steps} steps");
}
// ANCHOR_END: extrapolate

/// A time in hours, or in minutes if it is less than an hour.
fn spoken(seconds: f64) -> String {
    match seconds / 3600.0 {
        hours if hours < 1.0 => format!("{:.1} minutes", 60.0 * hours),
        hours => format!("{hours:.1} hours"),
    }
}

/// 79520 as 79,520.
fn grouped(n: usize) -> String {
    match n / 1000 {
        0 => n.to_string(),
        thousands => format!("{},{:03}", grouped(thousands), n % 1000),
    }
}

/// The loss of every step on the left, the accuracies of every report on the right.
fn draw(history: &History, area: &Area<'_>) -> Drawn {
    let panels = area.split_evenly((1, 2));
    let losses = (1..).map(f64::from).zip(history.losses.iter().copied());
    LineChart {
        title: "Loss".to_string(),
        x_label: "step".to_string(),
        y_label: "cross entropy".to_string(),
        series: vec![
            Series::line("each step", 4, losses).stroke(Stroke::Dots).width(1.2),
            Series::line("mean of 25 steps", 0, smoothed(&history.losses, 25)),
        ],
        ..LineChart::default()
    }
    .draw(&panels[0])?;

    let reports = |pick: fn(&(usize, f64, f64)) -> f64| {
        history.accuracies.iter().map(move |report| (report.0 as f64, pick(report)))
    };
    LineChart {
        title: "Accuracy".to_string(),
        x_label: "step".to_string(),
        y_label: "fraction read correctly".to_string(),
        series: vec![
            Series::line("training images", 0, reports(|report| report.1)),
            Series::line("test images", 1, reports(|report| report.2)).stroke(Stroke::Dashed),
        ],
        ..LineChart::default()
    }
    .draw(&panels[1])
}

/// The mean of each `window` values, at the middle of the window.
fn smoothed(values: &[f64], window: usize) -> Vec<(f64, f64)> {
    let window = window.min(values.len());
    let mean = |(i, w): (usize, &[f64])| {
        (i as f64 + (window + 1) as f64 / 2.0, w.iter().sum::<f64>() / window as f64)
    };
    values.windows(window).enumerate().map(mean).collect()
}
