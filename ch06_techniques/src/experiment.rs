//! Experiments: the same lesson taught several times, side by side, and what the runs agree on.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clap::Args;
use common::data::{Dataset, shuffled_batches};
use common::flags::{self, DataFlags, OutFlag, ThreadsFlag};
use common::layer::Layer;
use common::layers::SoftmaxWithLoss;
use common::network::Network;
use common::optimizer::Optimizer;
use common::random::{Generator, generator};
use common::train::{Classification, TrainStep};
use common::{Error, Result, progress};
use rayon::ThreadPoolBuilder;

/// Numbers in an image of 28×28.
pub const PIXELS: usize = 784;
/// The ten digits.
pub const CLASSES: usize = 10;

/// How often each variant is tried, and with which random numbers.
#[derive(Clone, Copy, Debug, Args)]
pub struct Runs {
    /// How often everything is repeated, each time with other random numbers
    #[arg(long, value_name = "N", default_value = "3", value_parser = flags::count)]
    pub runs: usize,
    /// Seed of the first run; the second has the next number, and so on
    #[arg(long, value_name = "N", default_value = "1")]
    pub seed: u64,
}

/// What all experiments on digits have in common.
#[derive(Clone, Debug, Args)]
pub struct Digits {
    /// Where the digits come from.
    #[command(flatten)]
    pub data: DataFlags,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// The flags of an experiment that is measured in steps.
#[derive(Clone, Debug, Args)]
pub struct Steps {
    /// How many batches each run learns from
    #[arg(long, value_name = "N", default_value = "2000", value_parser = flags::count)]
    pub steps: usize,
    /// How often each variant is tried.
    #[command(flatten)]
    pub runs: Runs,
    /// Which digits.
    #[command(flatten)]
    pub digits: Digits,
}

/// The flags of an experiment that is measured in epochs.
#[derive(Clone, Debug, Args)]
pub struct Epochs {
    /// How often every image is seen
    #[arg(long, value_name = "N", default_value = "20", value_parser = flags::count)]
    pub epochs: usize,
    /// How often each variant is tried.
    #[command(flatten)]
    pub runs: Runs,
    /// Which digits.
    #[command(flatten)]
    pub digits: Digits,
}

// ANCHOR: compare
/// Every variant in every run, over all threads: the results by variant, then by run.
///
/// Each run has a generator of its own, seeded by the run alone. So all variants begin with the
/// same random numbers, and no result depends on how many threads there are.
pub fn compare<V: Sync, R: Send>(
    variants: &[V],
    runs: Runs,
    lesson: impl Fn(&V, &mut Generator) -> R + Sync,
) -> Vec<Vec<R>> {
    let seeds: Vec<u64> = (0..runs.runs as u64).map(|run| runs.seed.wrapping_add(run)).collect();
    let jobs: Vec<(&V, u64)> = variants
        .iter()
        .flat_map(|variant| seeds.iter().map(move |&seed| (variant, seed)))
        .collect();
    let mut results =
        side_by_side(&jobs, |(variant, seed)| lesson(variant, &mut generator(*seed))).into_iter();
    variants.iter().map(|_| results.by_ref().take(runs.runs).collect()).collect()
}

// ANCHOR_END: compare

// ANCHOR: side_by_side
/// The result of every job, in the order of the jobs.
///
/// As many jobs run at a time as there are threads, each on a thread of its own: whole runs are
/// shared out better than the matrix products inside them.
pub fn side_by_side<J: Sync, R: Send>(jobs: &[J], work: impl Fn(&J) -> R + Sync) -> Vec<R> {
    let (bar, next) = (progress::bar(jobs.len(), "runs"), AtomicUsize::new(0));
    let worker = || {
        let alone = ThreadPoolBuilder::new().num_threads(1).build();
        let mut results = Vec::new();
        while let i = next.fetch_add(1, Ordering::Relaxed)
            && let Some(job) = jobs.get(i)
        {
            let result = alone.as_ref().map_or_else(|_| work(job), |one| one.install(|| work(job)));
            results.push((i, result));
            bar.inc(1);
        }
        results
    };
    let mut results: Vec<_> = thread::scope(|scope| {
        let others = rayon::current_num_threads().min(jobs.len()).saturating_sub(1);
        // Where the system gives no more threads, those that there are do all the work.
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, worker).ok();
        let workers: Vec<_> = (0..others).filter_map(spawn).collect();
        let mut results = worker();
        for worker in workers {
            results.extend(worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        results
    });
    bar.finish_and_clear();
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, result)| result).collect()
}
// ANCHOR_END: side_by_side

/// The indices of so many batches, epoch after epoch, each shuffled anew.
pub fn batches(
    len: usize,
    batch_size: usize,
    steps: usize,
    rng: &mut Generator,
) -> impl Iterator<Item = Vec<usize>> {
    std::iter::repeat_with(move || shuffled_batches(len, batch_size, rng)).flatten().take(steps)
}

// ANCHOR: losses
/// The loss of each of so many steps; what comes after the first that is no number is none either.
pub fn losses(
    network: &mut Network<f32>,
    optimizer: &mut dyn Optimizer<f32>,
    data: &Dataset,
    (batch_size, steps): (usize, usize),
    rng: &mut Generator,
) -> Vec<f64> {
    let mut losses = vec![f64::NAN; steps];
    let mut step = Classification::new(data, data);
    for (loss, indices) in losses.iter_mut().zip(batches(data.len(), batch_size, steps, rng)) {
        *loss = f64::from(step.learn(network, optimizer, &indices));
        if !loss.is_finite() {
            break;
        }
    }
    losses
}
// ANCHOR_END: losses

/// A fifth of the images, set aside to judge with, and the others to learn from.
///
/// # Errors
/// If there are fewer than ten images.
pub fn set_aside(images: &Dataset, rng: &mut Generator) -> Result<(Dataset, Dataset)> {
    if images.len() < 10 {
        let count = images.len();
        return Err(Error::Invalid(format!(
            "a fifth of {count} images is too few to judge with; choose a --train-size of at least 10 images"
        )));
    }
    Ok(images.split(0.2, rng))
}

/// The mean loss on all images, without learning from them.
pub fn mean_loss(network: &Network<f32>, data: &Dataset) -> f64 {
    let (x, labels) = data.batch((0..data.len()).collect::<Vec<_>>().as_slice());
    f64::from(SoftmaxWithLoss::default().forward(network.infer(x), &labels))
}
