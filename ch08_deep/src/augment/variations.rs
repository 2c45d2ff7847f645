//! What distorted images look like, what they cost, and what they are worth.

use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use common::Result;
use common::data::{self, Dataset};
use common::flags::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag};
use common::layer::Layer;
use common::metrics::accuracy;
use common::network::Network;
use common::optimizer::Adam;
use common::plot::{Align, ImageGrid, Tile, label, points, text};
use common::program::Figures;
use common::random::generator;
use common::train::interrupt;
use common::train::{Classification, Schedule, Trainer, TrainingState};
use ndarray::{Array2, ArrayViewD, Axis, s};

use crate::augment::distorting::{Augment, Kind};
use crate::best::best_net;

/// Filters of the network's first convolutions.
const WIDTH: usize = 16;
/// Images in one step.
const BATCH: usize = 100;
const RATE: f64 = 0.002;
/// Images in a row of the figure.
const COLUMNS: usize = 10;
/// Room for the words beside a row, in points.
const WORDS: f64 = 130.0;
/// A batch is distorted so often to find out how long it takes.
const REPEATS: u32 = 50;

/// The flags of the section.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("train_size", |arg| arg.default_value("1000")))]
pub struct Flags {
    #[command(flatten)]
    data: DataFlags,
    /// How often every image is seen
    #[arg(long, value_name = "N", default_value = "30", value_parser = flags::count)]
    epochs: usize,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// How a training went.
struct Outcome {
    accuracy: f64,
    /// For one step, on average.
    step: Duration,
}

/// Draws digits with their variations, then teaches one network with each kind of distortion and
/// prints how well it reads.
///
/// # Errors
/// If data cannot be read, the figure not written, or training diverges.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let (train, test) = data::load(&flags.data)?;
    let seed = flags.seed.seed;
    draw(&train, seed, figures)?;
    println!("{} epochs of {} images, seed {seed}", flags.epochs, train.len());
    println!("  {:<28}{:>8}{:>15}{:>10}", "training images", "ms/step", "test accuracy", "errors");
    let mut step = None;
    for kind in Kind::value_variants() {
        let outcome = learn(*kind, (&train, &test), flags.epochs, seed)?;
        println!(
            "  {:<28}{:>8.1}{:>15.4}{:>10}",
            kind.words(),
            outcome.step.as_secs_f64() * 1e3,
            outcome.accuracy,
            ((1.0 - outcome.accuracy) * test.len() as f64).round()
        );
        step = step.or(Some(outcome.step.as_secs_f64()));
        if interrupt::requested() {
            break;
        }
    }
    let distortion = time_to_distort(&train, seed).as_secs_f64();
    println!(
        "distorting {BATCH} images in all ways takes {:.2} ms, {:.1} % of a step without it",
        1e3 * distortion,
        100.0 * distortion / step.unwrap_or(f64::INFINITY)
    );
    Ok(())
}

// ANCHOR: learn
/// Teaches a new network with distorted images, and examines it on those of the test as they are.
fn learn(
    kind: Kind,
    (train, test): (&Dataset, &Dataset),
    epochs: usize,
    seed: u64,
) -> Result<Outcome> {
    let rng = &mut generator(seed);
    let network = best_net(WIDTH, rng)?;
    let mut network = Network::new().with(Augment::new(kind.amounts(), rng)).with(network);
    let (mut step, mut adam) = (Classification::new(train, test), Adam::new(RATE as f32));
    let trainer = Trainer {
        schedule: Some((RATE, Schedule::Cosine)),
        report: false,
        ..Trainer::new(epochs, BATCH.min(train.len()))
    };
    let state = &mut TrainingState::start(rng.clone());
    let history = trainer.fit(&mut step, &mut network, &mut adam, state)?;
    let step = history.time / history.losses.len().max(1) as u32;
    Ok(Outcome { accuracy: accuracy(&network, test), step })
}
// ANCHOR_END: learn

/// The costliest kind, on average over some batches.
fn time_to_distort(train: &Dataset, seed: u64) -> Duration {
    let mut augment = Augment::new(Kind::All.amounts(), &mut generator(seed));
    let indices: Vec<usize> = (0..BATCH).map(|i| i % train.len()).collect();
    let (x, _) = train.batch(&indices);
    let time = |_| {
        let x = x.clone();
        let start = Instant::now();
        std::hint::black_box(augment.forward(x));
        start.elapsed()
    };
    (0..REPEATS).map(time).sum::<Duration>() / REPEATS
}

/// The first images in all kinds, and one image in many variations, a row each.
fn draw(train: &Dataset, seed: u64, figures: &Figures) -> Result<()> {
    let first: Vec<usize> = (0..COLUMNS.min(train.len())).collect();
    let mut rows: Vec<_> = Kind::value_variants()
        .iter()
        .map(|kind| (kind.words(), images(train, &first, *kind, seed)))
        .collect();
    rows.push(("one, many times", images(train, &[0; COLUMNS], Kind::All, seed)));
    let (width, height) = rows[0].1.size(760 - WORDS as u32);
    let height = height - 14; // rows share some of their margins
    let size = (width + WORDS as u32, height * rows.len() as u32);
    figures.draw("augment.png", size, |area| {
        let mut rest = area.clone();
        for (words, images) in &rows {
            let (row, below) = rest.split_vertically(points(f64::from(height)) as i32);
            label(&row, words, (10.0, f64::from(height) / 2.0), &text(13.0), Align::Left)?;
            images.draw(&row.split_horizontally(points(WORDS) as i32).1)?;
            rest = below;
        }
        Ok(())
    })
}

/// These images, distorted, side by side.
fn images(train: &Dataset, indices: &[usize], kind: Kind, seed: u64) -> ImageGrid {
    let (x, _) = train.batch(indices);
    let x = Augment::new(kind.amounts(), &mut generator(seed)).forward(x);
    let tile = |image: ArrayViewD<'_, f32>| {
        let ink = image.slice(s![0, .., ..]);
        let pixels: Array2<u8> = ink.mapv(|ink| (255.0 * ink).round() as u8);
        Tile { pixels, caption: String::new(), highlight: false }
    };
    let tiles = x.axis_iter(Axis(0)).map(tile).collect();
    ImageGrid { title: String::new(), columns: COLUMNS, tiles }
}
