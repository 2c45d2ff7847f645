//! How fast the book's networks learn, on the processor and on the card.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use common::data::{Dataset, digits};
use common::flags::{self, ThreadsFlag};
use common::network::Network;
use common::random::generator;
use common::{Error, Result};

use super::against_torch;
use super::device::{Checks, Gpu};
use super::network::{Lesson, OnGpu};
use super::rule::Rule;
use super::section::AdapterFlag;
use crate::networks::measured::Measured;
use crate::speed::step::{self, measured_images, middle};

/// Seed of weights and images; no time depends on them.
const SEED: u64 = 1;
/// Steps that are in flight when a round is measured, at most.
const FLIGHT: usize = 20;
/// What is measured unless the flags say otherwise.
const BATCHES: [usize; 4] = [1, 10, 100, 1000];

/// The flags of `gpu bench`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// Which networks; all three if none is named
    #[arg(value_enum, value_name = "NETWORK")]
    networks: Vec<Measured>,
    /// Images in one step, several sizes with commas between them [default: 1,10,100,1000]
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = measured_images)]
    batch_size: Vec<usize>,
    /// How long each is measured
    #[arg(long, value_name = "N", default_value = "2", value_parser = flags::positive)]
    seconds: f64,
    /// Show what each kernel takes
    #[arg(long)]
    layers: bool,
    /// Compile kernels without the checks that keep a wrong one from harm: to see what those cost
    #[arg(long)]
    unchecked: bool,
    /// Measure PyTorch on the same card as well, with this Python: batches of 100 and 1000, eager and
    /// as CUDA graphs
    #[arg(long, value_name = "PYTHON", value_parser = flags::path(), conflicts_with = "layers")]
    against_torch: Option<PathBuf>,
    #[command(flatten)]
    adapter: AdapterFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
}

/// Prints a line for each network and size of batch; or a table of kernels, or one with PyTorch.
///
/// # Errors
/// If there is no card, or it fails; or there is no PyTorch where it was asked for.
pub fn run(flags: &Flags) -> Result<()> {
    let checks = if flags.unchecked { Checks::None } else { Checks::All };
    let networks = if flags.networks.is_empty() { &Measured::ALL[..] } else { &flags.networks };
    let gpu = Gpu::open(flags.adapter.adapter.as_deref(), checks)?;
    if let Some(python) = &flags.against_torch {
        let batches =
            if flags.batch_size.is_empty() { &[100, 1000] } else { &flags.batch_size[..] };
        return against_torch::run(&gpu, python, networks, batches, flags.seconds);
    }
    let with = if flags.unchecked { ", kernels unchecked" } else { "" };
    println!("adapter: {}{with}", gpu.info.name);
    let batches = if flags.batch_size.is_empty() { &BATCHES } else { &flags.batch_size[..] };
    if !flags.layers {
        println!("network      batch   processor         card   ratio");
    }
    for &measured in networks {
        for &batch in batches {
            let mut bench = Bench::new(&gpu, measured, batch)?;
            if flags.layers {
                bench.breakdown(flags.seconds)?;
                continue;
            }
            let mut on_processor = step::Bench::new(measured, batch, &mut generator(SEED))?;
            let steps = step::repeat(flags.seconds, || on_processor.step().whole);
            let (here, there) = (step::median(steps), bench.step(flags.seconds)?);
            println!(
                "{:<12} {batch:>5} {:>8.3} ms {:>9.3} ms {:>7.2}",
                measured.name(),
                1e3 * here,
                1e3 * there,
                here / there
            );
        }
    }
    Ok(())
}

/// A network on the card, and images to learn from.
pub struct Bench<'a> {
    gpu: &'a Gpu,
    measured: Measured,
    batch: usize,
    on_gpu: OnGpu<'a>,
    lessons: Vec<Lesson>,
}

impl<'a> Bench<'a> {
    /// A network with random weights, its rule, and built-in digits.
    ///
    /// # Errors
    /// If the card has no room.
    pub fn new(gpu: &'a Gpu, measured: Measured, batch: usize) -> Result<Self> {
        let mut network: Network<f32> = measured.network(&mut generator(SEED))?;
        let images: Dataset = digits::draw(SEED, batch.max(100));
        let (rule, rate) = match measured {
            Measured::TwoLayer => (Rule::Sgd, 0.1),
            Measured::SimpleConv | Measured::DeepConv => (Rule::adam(0.0), 1e-3),
        };
        let on_gpu = OnGpu::new(gpu, &mut network, &[&images], &[batch], rule)?;
        let lesson = Lesson { indices: (0..batch).collect(), rate };
        Ok(Self { gpu, measured, batch, on_gpu, lessons: vec![lesson; FLIGHT] })
    }

    /// Seconds of so many steps, one after the other, divided by their number.
    fn round(&mut self, steps: usize) -> Result<f64> {
        let start = Instant::now();
        let losses =
            self.on_gpu.learn(&self.lessons[..steps], || std::ops::ControlFlow::Continue(()))?;
        match losses.iter().all(|loss| loss.is_finite()) {
            true => Ok(start.elapsed().as_secs_f64() / steps as f64),
            false => {
                Err(Error::Invalid(format!("the card finds losses that are none: {losses:?}")))
            }
        }
    }

    /// Seconds of a step: the median over rounds with up to 20 of them in flight, after the card has
    /// been woken up.
    ///
    /// # Errors
    /// If something goes wrong on the card.
    pub fn step(&mut self, seconds: f64) -> Result<f64> {
        self.round(1)?;
        let one = self.round(1)?;
        let steps = ((0.2 * seconds / one) as usize).clamp(1, FLIGHT);
        let warm = Instant::now();
        while warm.elapsed().as_secs_f64() < 0.3 * seconds {
            self.round(steps)?;
        }
        let (mut rounds, start) = (Vec::new(), Instant::now());
        while rounds.len() < 3 || start.elapsed().as_secs_f64() < seconds {
            rounds.push(self.round(steps)?);
        }
        Ok(middle(rounds))
    }

    /// Prints what each kernel takes.
    fn breakdown(&mut self, seconds: f64) -> Result<()> {
        let warm = Instant::now();
        while warm.elapsed().as_secs_f64() < 0.3 * seconds {
            self.round(1)?;
        }
        let program = self.on_gpu.program(self.batch);
        let times = self.gpu.profile(&program.kernels, 9)?;
        println!(
            "{}, batch of {}: {:.3} ms in {} kernels",
            self.measured.name(),
            self.batch,
            1e3 * times.iter().sum::<f64>(),
            times.len()
        );
        for (kernel, &time) in program.kernels.iter().zip(&times) {
            let flops = match kernel.flop {
                0.0 => String::new(),
                flop => format!("{:>10.4} TFLOP/s", flop / time / 1e12),
            };
            println!("  {:<28} {:>10.1} µs{flops}", kernel.label, 1e6 * time);
        }
        Ok(())
    }
}
