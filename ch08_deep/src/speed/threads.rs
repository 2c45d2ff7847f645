//! The same steps on one, two and more threads: how much faster, and whether the bits agree.

use std::num::NonZero;
use std::thread;

use clap::Args;
use common::flags::{self, SeedFlag};
use common::layer::Layer;
use common::random::generator;
use common::{Error, Result};
use rayon::ThreadPoolBuilder;

use super::step::measured_images;
use crate::networks::measured::Measured;
use crate::speed::step::{Bench, median, repeat};

/// Steps after which the weights are compared.
const STEPS: usize = 3;

/// The flags of `threads`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// Threads at most [default: one a core, but at least 2]
    #[arg(long = "threads", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    most: Option<u16>,
    /// How long each number of threads is measured
    #[arg(long, value_name = "N", default_value = "4", value_parser = flags::positive)]
    seconds: f64,
    /// Images in one step
    #[arg(long, value_name = "N", default_value = "100", value_parser = measured_images)]
    batch_size: usize,
    #[command(flatten)]
    seed: SeedFlag,
}

/// Prints a line for each number of threads: 1, 2, 4, …
///
/// # Errors
/// If the system does not give as many threads, or the bits differ.
pub fn run(flags: &Flags) -> Result<()> {
    let cores = || thread::available_parallelism().map_or(2, NonZero::get).max(2);
    let most = flags.most.map_or_else(cores, usize::from);
    println!("deep_conv, batches of {}, Adam, seed {}", flags.batch_size, flags.seed.seed);
    println!("threads   one step   speed-up   all weights after {STEPS} steps");
    let mut first: Option<(f64, Vec<u32>)> = None;
    for threads in counts(most) {
        let run = || measure(flags.batch_size, flags.seed.seed, flags.seconds);
        let (seconds, bits) = on(threads, run)??;
        let (alone, same) = first.get_or_insert_with(|| (seconds, bits.clone()));
        println!(
            "{threads:>7} {:>7.1} ms {:>10.2}   {:016x}",
            1e3 * seconds,
            *alone / seconds,
            fingerprint(&bits)
        );
        if bits != *same {
            return Err(Error::Invalid(format!(
                "{threads} threads gave other weights than 1: a sum depends on who adds it"
            )));
        }
    }
    println!("every bit of every weight is the same");
    Ok(())
}

/// 1, 2, 4, … and `most` itself.
fn counts(most: usize) -> Vec<usize> {
    let mut counts: Vec<usize> =
        (0..).map(|i| 1 << i).take_while(|&threads| threads < most).collect();
    counts.push(most);
    counts
}

/// Runs `work` with so many threads at its service.
///
/// # Errors
/// If the system does not give them.
pub fn on<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> Result<T> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().map_err(|e| {
        Error::Invalid(format!("cannot start {threads} threads: {e}; choose fewer --threads"))
    })?;
    Ok(pool.install(work))
}

/// The median time of a step, and the bits of all weights after the first few.
fn measure(batch_size: usize, seed: u64, seconds: f64) -> Result<(f64, Vec<u32>)> {
    let bits = weights_after(STEPS, batch_size, seed)?;
    let mut bench = Bench::new(Measured::DeepConv, batch_size, &mut generator(seed))?;
    let times = repeat(seconds, || bench.step().whole);
    Ok((median(times), bits))
}

// ANCHOR: weights_after
/// The bits of all weights after some steps that begin from `seed`.
///
/// # Errors
/// Never.
pub fn weights_after(steps: usize, batch_size: usize, seed: u64) -> Result<Vec<u32>> {
    let mut bench = Bench::new(Measured::DeepConv, batch_size, &mut generator(seed))?;
    for _ in 0..steps {
        bench.step();
    }
    let params = bench.network.params();
    Ok(params.iter().flat_map(|p| p.value.iter().map(|w| w.to_bits())).collect())
}
// ANCHOR_END: weights_after

/// One number that changes if any bit does (FNV-1a), short enough to be compared by eye.
fn fingerprint(bits: &[u32]) -> u64 {
    let bytes = bits.iter().flat_map(|bits| bits.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_doubled() {
        assert_eq!(counts(1), [1]);
        assert_eq!(counts(2), [1, 2]);
        assert_eq!(counts(6), [1, 2, 4, 6]);
    }

    #[test]
    fn the_fingerprint_is_fnv_1a() {
        assert_eq!(fingerprint(&[]), 0xcbf2_9ce4_8422_2325);
        let abcd = u32::from_le_bytes(*b"abcd");
        assert_eq!(fingerprint(&[abcd]), 0xfc17_9f83_ee07_24dd);
    }
}
