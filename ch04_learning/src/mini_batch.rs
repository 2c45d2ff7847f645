//! Mini-batches: a few images that stand for all of them.

use std::time::Instant;

use clap::Args;
use common::flags::{DataFlags, OutFlag, SeedFlag};
use common::plot::{LineChart, Scale, Series, Stroke};
use common::program::Figures;
use common::random::{Generator, generator, seq};
use common::{Error, Result, data};

use crate::gradient::Vector;
use crate::loss::cross_entropies;
use crate::two_layer_net::TwoLayerNet;
use crate::vectors::Vectors;

// ANCHOR: draw
/// `size` of the numbers below `count`, at random, none of them twice.
pub fn draw(count: usize, size: usize, rng: &mut Generator) -> Vec<usize> {
    seq::index::sample(rng, count, size).into_vec()
}
// ANCHOR_END: draw

/// The batch sizes that are compared.
const SIZES: [usize; 4] = [10, 100, 1_000, 10_000];
/// How many batches of each size are drawn.
const BATCHES: usize = 100;

/// The flags of `mini-batch`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Prints the loss of batches against that of all images and draws how it spreads.
///
/// # Errors
/// If the digits cannot be read, are too few, or the figure cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let (train, _) = data::load(&flags.data)?;
    if train.len() <= SIZES[0] {
        return Err(Error::Invalid(format!(
            "batches of {} want more images: choose a --train-size above {}",
            SIZES[0], SIZES[0]
        )));
    }
    let rng = &mut generator(flags.seed.seed);
    println!("three batches of {}:", SIZES[0]);
    for _ in 0..3 {
        let indices = draw(train.len(), SIZES[0], rng);
        let labels: Vec<_> = indices.iter().map(|&i| train.labels[i].to_string()).collect();
        let first: Vec<_> = indices.iter().take(3).map(usize::to_string).collect();
        println!("  labels {}  of images {}, …", labels.join(" "), first.join(", "));
    }

    let images = Vectors::shrink(&train, 4);
    let network = TwoLayerNet { inputs: images.x.ncols(), hidden: 16, outputs: 10 };
    let weights = network.random_weights(rng);
    let start = Instant::now();
    let losses = losses(network, &weights, &images);
    let all = losses.mean().unwrap_or(f64::NAN);
    let time = start.elapsed().as_secs_f64();
    println!(
        "an untrained network's loss on all {}: {all:.4}  ({:.1} ms)",
        train.len(),
        time * 1e3
    );

    println!("the same on {BATCHES} batches of each size:");
    println!("    size    lowest     mean  highest   spread   predicted σ/√size");
    let sigma = losses.std(0.0);
    let mut points = Vec::new();
    for size in SIZES.into_iter().filter(|&size| size < train.len()) {
        let means = spread(&losses, size, rng);
        let (low, high) =
            means.iter().fold((f64::MAX, f64::MIN), |(l, h), &m| (l.min(m), h.max(m)));
        let (mean, std) = (means.mean().unwrap_or(f64::NAN), means.std(0.0));
        let predicted = sigma / (size as f64).sqrt();
        println!("  {size:>6}  {low:>8.4} {mean:>8.4} {high:>8.4} {std:>8.4}   {predicted:.4}");
        // Side by side, so that dots do not hide each other.
        let beside = |i: usize| size as f64 * 10_f64.powf(0.5 * i as f64 / BATCHES as f64 - 0.25);
        points.extend(means.iter().enumerate().map(|(i, &mean)| (beside(i), mean)));
    }
    figures.draw("mini-batch.png", (700, 420), |area| chart(points, all, sigma).draw(area))
}

/// The loss of every image on its own.
fn losses(network: TwoLayerNet, weights: &Vector, images: &Vectors) -> Vector {
    cross_entropies(&network.predict(weights, &images.x), &images.labels)
}

// ANCHOR: spread
/// The mean losses of many random batches of one size.
pub fn spread(losses: &Vector, size: usize, rng: &mut Generator) -> Vector {
    let mean = |batch: Vec<usize>| {
        let total: f64 = batch.iter().map(|&i| losses[i]).sum();
        total / size as f64
    };
    (0..BATCHES).map(|_| mean(draw(losses.len(), size, rng))).collect()
}
// ANCHOR_END: spread

fn chart(batches: Vec<(f64, f64)>, all: f64, sigma: f64) -> LineChart {
    let (from, to) = (4.0_f64, 25_000.0_f64);
    let sizes = || (0..=100).map(move |i| from * (to / from).powf(f64::from(i) / 100.0));
    let funnel = |sign: f64| sizes().map(move |n| (n, all + sign * 2.0 * sigma / n.sqrt()));
    let lower = Series::line("two standard deviations", 2, funnel(-1.0)).stroke(Stroke::Dashed);
    LineChart {
        title: "The loss of a batch scatters around that of all images".to_string(),
        x_label: "images in the batch".to_string(),
        y_label: "loss of the batch".to_string(),
        series: vec![
            Series::line("a batch", 4, batches).stroke(Stroke::Dots).width(1.8),
            Series::line("all images", 1, [(from, all), (to, all)]).width(1.8),
            lower,
            Series::line("", 2, funnel(1.0)).stroke(Stroke::Dashed),
        ],
        x_range: Some(from..to),
        x_scale: Scale::Log,
        ..LineChart::default()
    }
}
