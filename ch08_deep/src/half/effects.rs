//! Half precision: numbers of 16 bits, what they can hold, and what slips through.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::half::f16;
use clap::Args;
use common::data::{self, Dataset};
use common::flags::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag};
use common::layer::Layer;
use common::metrics::predict;
use common::model;
use common::network::Network;
use common::number::short;
use common::optimizer::Adam;
use common::plot::{Area, Drawn, LineChart, Series, Stroke};
use common::program::Figures;
use common::random::generator;
use common::store::{files, weights};
use common::train::{Classification, TrainStep, Trainer, TrainingState};
use common::{Error, Result};
use ndarray::ArrayD;

use crate::half::in_half::{InHalf, Seen};
use crate::half::rounding::{POWERS, Rounding};
use crate::networks::deep_conv_net::deep_conv_net;

/// Images that go through the network at once.
const BATCH: usize = 100;
/// What the loss is multiplied by, the first to see what a gradient far smaller would suffer.
const SCALES: [(&str, f32); 5] =
    [("1/1024", 1.0 / 1024.0), ("1", 1.0), ("32", 32.0), ("1024", 1024.0), ("32768", 32768.0)];
/// The powers of two below which a number becomes 0 (half of the smallest there is), and below which
/// it loses bits.
const LIMITS: (i32, i32) = (-25, -14);

/// The flags of the section.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    data: DataFlags,
    /// Weights (.npz) of the deep network, as `train --save FILE` writes them; without, it is trained now
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    weights: Option<PathBuf>,
    /// Without --weights: how often every image is seen
    #[arg(long, value_name = "N", default_value = "1", value_parser = flags::count)]
    epochs: usize,
    /// Write the weights in half precision to this file (.npz)
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    save: Option<PathBuf>,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Prints what half precision does to a trained network: to its weights, its answers, its file and
/// its gradient.
///
/// # Errors
/// If data or weights cannot be read, or a file cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    flags.save.as_deref().map_or(Ok(()), files::check_writable)?;
    let numbers = [f16::MAX, f16::MIN_POSITIVE, f16::MIN_POSITIVE_SUBNORMAL, f16::EPSILON];
    let [largest, normal, smallest, step] = numbers.map(f16::to_f32);
    println!("half precision: a sign, 5 bits of exponent, 10 bits of fraction");
    println!(
        "  largest {largest}, smallest with all its bits {normal:.3e}, smallest {smallest:.3e}"
    );
    println!("  after 1 comes {}", short(f64::from(1.0 + step)));

    let rng = &mut generator(flags.seed.seed);
    let mut network = deep_conv_net::<f32>(rng)?;
    if let Some(file) = &flags.weights {
        weights::load(&mut network, file)?;
    }
    let (train, test) = data::load(&flags.data)?;
    if flags.weights.is_none() {
        let trainer = Trainer::new(flags.epochs, BATCH.min(train.len()));
        let (mut step, mut adam) = (Classification::new(&train, &test), Adam::new(1e-3));
        let state = &mut TrainingState::start(rng.clone());
        trainer.fit(&mut step, &mut network, &mut adam, state)?;
    }
    let whole = model::snapshot(&mut network);
    let halves = round_weights(&whole);
    read(&whole, &halves, &test)?;
    write(&mut network, flags.save.as_deref())?;
    gradients(&whole, &train, figures)
}

/// The weights as half precision holds them; prints what they lost.
fn round_weights(whole: &[ArrayD<f32>]) -> Vec<ArrayD<f32>> {
    let mut rounding = Rounding::default();
    let halves = whole.iter().map(|array| array.mapv(|w| rounding.round(w))).collect();
    println!(
        "weights: {} numbers other than 0, the largest {:.3}",
        rounding.numbers, rounding.largest
    );
    println!(
        "  rounded: at most {:.2e} off, or {:.4} %; {} became 0",
        rounding.error,
        100.0 * rounding.relative,
        rounding.vanished
    );
    halves
}

/// Reads the test images in three ways and prints how they differ.
fn read(whole: &[ArrayD<f32>], halves: &[ArrayD<f32>], test: &Dataset) -> Result<()> {
    let seen = Arc::new(Seen::default());
    let single = predict(&network_of(whole)?, test);
    let weights_only = predict(&network_of(halves)?, test);
    let all = predict(&network_of(halves)?.map(|layer| InHalf::new(layer, &seen)), test);
    println!("                              test accuracy   other answers");
    for (name, answers) in [
        ("single precision, f32", &single),
        ("weights in half", &weights_only),
        ("weights and activations", &all),
    ] {
        let right = answers.iter().zip(&test.labels).filter(|(a, b)| a == b).count();
        let others = answers.iter().zip(&single).filter(|(a, b)| a != b).count();
        println!("  {name:<28}{:>13.4}{others:>16}", right as f64 / test.len() as f64);
    }
    let seen = seen.forward();
    println!("  the largest activation is {:.1}; {} became infinite", seen.largest, seen.infinite);
    Ok(())
}

/// `DeepConvNet` with given weights, its dropout in the state in which it begins.
fn network_of(weights: &[ArrayD<f32>]) -> Result<Network<f32>> {
    let mut network = deep_conv_net(&mut generator(0))?;
    model::restore(&mut network, weights);
    Ok(network)
}

/// Writes the weights in both precisions and prints how large the files are; `save` is kept.
fn write(network: &mut Network<f32>, save: Option<&Path>) -> Result<()> {
    let folder =
        tempfile::tempdir().map_err(Error::io("create a folder in", &std::env::temp_dir()))?;
    let (single, half) = (folder.path().join("single.npz"), folder.path().join("half.npz"));
    weights::save(network, &single)?;
    weights::save_half(network, &half)?;
    let bytes =
        |path: &Path| fs::metadata(path).map(|file| file.len()).map_err(Error::io("read", path));
    println!("file: {} bytes in single, {} in half precision", bytes(&single)?, bytes(&half)?);
    if let Some(file) = save {
        weights::save_half(network, file)?;
        println!("weights: {}", file.display());
    }
    Ok(())
}

/// Sends the gradient of one batch back with the loss multiplied by several scales; prints what is
/// lost on the way, and draws where the numbers lie.
fn gradients(weights: &[ArrayD<f32>], train: &Dataset, figures: &Figures) -> Result<()> {
    let indices: Vec<usize> = (0..BATCH.min(train.len())).collect();
    let batch = (train, &indices[..]);
    let whole = |scale| -> Result<_> {
        let seen = Arc::new(Seen::default());
        let mut network = network_of(weights)?.map(|layer| InHalf::forward_only(layer, &seen));
        Ok((gradient(&mut network, batch, scale), seen.backward()))
    };
    let (exact, on_the_way) = whole(1.0)?;
    println!("the gradient of {} images, with the loss multiplied by a scale:", indices.len());
    println!("   scale   vanish on the way   of the weights'   infinite   off by");
    for (name, scale) in SCALES {
        let seen = Arc::new(Seen::default());
        let mut network = network_of(weights)?.map(|layer| InHalf::new(layer, &seen));
        let mut of_weights = Rounding::default();
        let found = gradient(&mut network, batch, scale);
        let found: Vec<f32> = found.iter().map(|&g| of_weights.round(g) / scale).collect();
        let seen = seen.backward();
        println!(
            "  {name:>6}{:>18.2} %{:>16.2} %{:>11}{:>7.3} %",
            lost(seen.numbers - seen.vanished, on_the_way.numbers),
            lost(not_zero(&found), not_zero(&exact)),
            seen.infinite + of_weights.infinite,
            100.0 * distance(&found, &exact)
        );
    }
    let scaled = whole(1024.0)?.1;
    figures.draw("half.png", (760, 330), |area| draw(&[(1, on_the_way), (1024, scaled)], area))
}

/// Of so many numbers, how many per cent are gone.
fn lost(left: usize, whole: usize) -> f64 {
    100.0 * (1.0 - left as f64 / whole.max(1) as f64)
}

fn not_zero(numbers: &[f32]) -> usize {
    numbers.iter().filter(|x| **x != 0.0).count()
}

// ANCHOR: gradient
/// The derivatives by all parameters of `scale` times the loss of some images, one after the other.
fn gradient(
    network: &mut Network<f32>,
    (images, indices): (&Dataset, &[usize]),
    scale: f32,
) -> Vec<f32> {
    let mut step = Classification::new(images, images);
    step.loss_scale = scale;
    step.forward_backward(network, indices);
    network.params().iter().flat_map(|p| p.grad.iter().copied().collect::<Vec<_>>()).collect()
}
// ANCHOR_END: gradient

/// |a − b| / |b|.
fn distance(a: &[f32], b: &[f32]) -> f64 {
    let length = |numbers: &mut dyn Iterator<Item = f32>| {
        numbers.map(|x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt()
    };
    length(&mut a.iter().zip(b).map(|(a, b)| a - b)) / length(&mut b.iter().copied())
}

/// How the numbers that flow back are spread over the powers of two.
fn draw(scales: &[(u32, Rounding)], area: &Area<'_>) -> Drawn {
    let mut series = Vec::new();
    let strokes = [Stroke::Solid, Stroke::Dashed];
    for (i, ((scale, seen), stroke)) in scales.iter().zip(strokes).enumerate() {
        let share = |count: usize| 100.0 * count as f64 / seen.numbers.max(1) as f64;
        // The first and the last power stand for all beyond them.
        let points = POWERS.map(f64::from).zip(seen.powers.map(share));
        let points = points.skip(1).take(seen.powers.len() - 2);
        series.push(Series::line(&format!("scale {scale}"), i, points).stroke(stroke));
    }
    let top = series.iter().flat_map(|s| &s.points).fold(0.0_f64, |top, p| top.max(p.1)) * 1.1;
    for (name, power, stroke) in [
        ("left of this line: 0", LIMITS.0, Stroke::Dotted),
        ("and of this one: bits are lost", LIMITS.1, Stroke::Dashed),
    ] {
        let line = [(f64::from(power), 0.0), (f64::from(power), top)];
        series.push(Series::line(name, 6, line).stroke(stroke).width(1.5));
    }
    LineChart {
        title: "The gradient on its way back: how large its numbers are".to_string(),
        x_label: "power of two".to_string(),
        y_label: "% of the numbers".to_string(),
        series,
        x_range: Some(-50.0..10.0),
        y_range: Some(0.0..top),
        ..LineChart::default()
    }
    .draw(area)
}
