//! The main job: a trained network reads the test images, one at a time and in batches.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use common::data::{self, Dataset};
use common::flags::{self, DataFlags, OutFlag, ThreadsFlag};
use common::metrics::classes;
use common::plot::{ImageGrid, Tile};
use common::program::Figures;
use common::{Error, Result, Tensor};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

use crate::digits::tile;
use crate::sample_net::SampleNet;

/// How often each way of reading is timed; the fastest run was disturbed least.
const REPETITIONS: usize = 5;

// ANCHOR: ways
/// The digit seen in each row of N×784 pixels, with one pass through the network
/// for each image.
pub fn one_at_a_time(net: &SampleNet, x: ArrayView2<'_, f32>) -> Vec<u8> {
    x.axis_chunks_iter(Axis(0), 1).flat_map(|image| answers(net, image)).collect()
}

/// The answers with one forward pass for each `size` images.
pub fn in_batches(net: &SampleNet, x: ArrayView2<'_, f32>, size: usize) -> Vec<u8> {
    x.axis_chunks_iter(Axis(0), size).flat_map(|batch| answers(net, batch)).collect()
}

/// The answers with the batches shared out over the threads.
pub fn over_threads(net: &SampleNet, x: ArrayView2<'_, f32>, size: usize) -> Vec<u8> {
    let batches: Vec<_> = x.axis_chunks_iter(Axis(0), size).collect();
    batches.into_par_iter().flat_map_iter(|batch| answers(net, batch)).collect()
}

fn answers(net: &SampleNet, x: ArrayView2<'_, f32>) -> Vec<u8> {
    classes(&net.predict(x).into_dyn())
}
// ANCHOR_END: ways

/// The flags of `infer`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("train_size", |arg| arg.hide(true)))] // the test images are what counts here
pub struct Flags {
    #[command(flatten)]
    data: DataFlags,
    /// Images that go through the network together
    #[arg(long, value_name = "N", default_value = "100", value_parser = flags::count)]
    batch_size: usize,
    /// Read with these weights (.npz) instead of those that come with the book
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    weights: Option<PathBuf>,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Reads all test images in the three ways, prints times and accuracy, and draws
/// ten right answers and ten wrong ones.
///
/// # Errors
/// If weights or data cannot be read or the figure not written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let batch_size = flags.batch_size;
    let net = SampleNet::load(flags.weights.as_deref())?;
    let (_, test) = data::load(&flags.data)?;
    let x = pixels(&test)?;

    let threads = rayon::current_num_threads();
    let counted = |n: usize| if n == 1 { "1 thread".into() } else { format!("{n} threads") };
    let batches = format!("batches of {batch_size}");
    let read = timed("one at a time, 1 thread", || one_at_a_time(&net, x.view()));
    timed(&format!("{batches}, 1 thread"), || in_batches(&net, x.view(), batch_size));
    let name = format!("{batches}, {}", counted(threads));
    timed(&name, || over_threads(&net, x.view(), batch_size));

    let right = read.iter().zip(&test.labels).filter(|(answer, label)| answer == label).count();
    println!("read correctly: {right} of {}", test.len());
    println!("test accuracy: {:.4}", right as f64 / test.len() as f64);
    let grid = examples(&test, &read);
    figures.draw("infer.png", grid.size(760), |area| grid.draw(area))
}

/// All images as rows of numbers from 0 to 1: N×784.
///
/// # Errors
/// If the images are not 28×28.
pub fn pixels(set: &Dataset) -> Result<Array2<f32>> {
    let all: Vec<usize> = (0..set.len()).collect();
    let x: Tensor<f32> = set.batch(&all).0;
    x.into_shape_with_order((set.len(), 784)).map_err(|e| Error::Invalid(e.to_string()))
}

/// Does the same work a few times, and prints the shortest time.
fn timed(name: &str, read: impl Fn() -> Vec<u8>) -> Vec<u8> {
    let mut answers = Vec::new();
    let mut best = Duration::MAX;
    for _ in 0..REPETITIONS {
        let start = Instant::now();
        answers = read();
        best = best.min(start.elapsed());
    }
    let (seconds, count) = (best.as_secs_f64(), answers.len() as f64);
    println!("{name:<28} {:>7.1} ms {:>8.0} images/s", 1e3 * seconds, count / seconds);
    answers
}

/// The first ten images that were read right, and the first ten that were not.
fn examples(test: &Dataset, read: &[u8]) -> ImageGrid {
    let ten = |right: bool| {
        let chosen = (0..test.len()).filter(move |&i| (read[i] == test.labels[i]) == right);
        chosen.take(10).map(move |i| {
            let (label, answer) = (test.labels[i], read[i]);
            let caption =
                if right { answer.to_string() } else { format!("{label}, read {answer}") };
            Tile { highlight: !right, ..tile(test, i, caption) }
        })
    };
    ImageGrid {
        title: "The first ten read right, and the first ten read wrong".to_string(),
        columns: 10,
        tiles: ten(true).chain(ten(false)).collect(),
    }
}
