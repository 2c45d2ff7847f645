//! How fast the book's networks learn and read.

use std::path::PathBuf;

use clap::Args;
use common::Result;
use common::flags::{self, OutFlag, ThreadsFlag};
use common::program::Figures;
use common::random::generator;

use super::step::measured_images;
use crate::networks::measured::Measured;
use crate::speed::against_torch::{self, Comparison};
use crate::speed::breakdown;
use crate::speed::step::{Bench, median, repeat};

/// Seed of weights and images; no time depends on them.
const SEED: u64 = 1;

/// The flags of `bench`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// Which networks; all three if none is named
    #[arg(value_enum, value_name = "NETWORK")]
    networks: Vec<Measured>,
    /// How long each is measured
    #[arg(long, value_name = "N", default_value = "4", value_parser = flags::positive)]
    seconds: f64,
    /// Measure reading only, not learning
    #[arg(long)]
    infer: bool,
    /// Show where the time goes, layer by layer
    #[arg(long)]
    layers: bool,
    /// Images in one step
    #[arg(long, value_name = "N", default_value = "100", value_parser = measured_images)]
    batch_size: usize,
    /// Measure PyTorch as well, in turns, with this Python, on all cores and on one [at least 3 times
    /// as long]
    #[arg(long, value_name = "PYTHON", value_parser = flags::path(), conflicts_with = "layers")]
    against_torch: Option<PathBuf>,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Prints a line for training and one for reading, for each network; or its breakdown by layers.
///
/// # Errors
/// If the system does not give as many threads as asked for, or a figure cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let chosen = if flags.networks.is_empty() { &Measured::ALL[..] } else { &flags.networks };
    if let Some(python) = &flags.against_torch {
        return against_torch::run(&Comparison {
            python,
            networks: chosen,
            threads: flags.threads.threads,
            batch_size: flags.batch_size,
            seconds: flags.seconds,
            infer: flags.infer,
        });
    }
    for &measured in chosen {
        let bench = Bench::new(measured, flags.batch_size, &mut generator(SEED))?;
        if flags.layers {
            breakdown::run(measured, bench, flags.seconds, !flags.infer, figures)?;
        } else {
            measure(measured, bench, flags.seconds, !flags.infer);
        }
    }
    Ok(())
}

fn measure(measured: Measured, mut bench: Bench, seconds: f64, train: bool) {
    let images = bench.x.len_of(ndarray::Axis(0));
    if train {
        let steps = repeat(seconds, || bench.step());
        report(measured, "train", images, median(steps.iter().map(|step| step.whole)));
    }
    let batches = repeat(seconds, || bench.infer());
    report(measured, "infer", images, median(batches));
}

/// A line for people and scripts: `deep_conv train threads=2 batch=100 20.123 ms 4969 img/s`.
fn report(measured: Measured, mode: &str, images: usize, seconds: f64) {
    println!(
        "{} {mode} threads={} batch={images} {:.3} ms {:.0} img/s",
        measured.name(),
        rayon::current_num_threads(),
        1e3 * seconds,
        images as f64 / seconds
    );
}
