//! One gradient in two ways: what backpropagation saves.

use std::time::Instant;

use clap::Args;
use common::Result;
use common::data;
use common::flags::{self, DataFlags, SeedFlag, ThreadsFlag};
use common::gradient::{numerical_gradients, relative_error};
use common::layer::Layer;
use common::layers::SoftmaxWithLoss;
use common::progress;
use common::random::generator;

use crate::two_layer_net::TwoLayerNet;

/// How often the quick one is repeated; its median is reported.
const REPEATS: usize = 51;

/// The flags of `speed`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    data: DataFlags,
    /// Images in the batch
    #[arg(long, value_name = "N", default_value = "100", value_parser = flags::count)]
    batch_size: usize,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
}

/// Times both gradients of the 784-50-10 network for one batch and prints the ratio.
///
/// # Errors
/// If the digits cannot be read.
pub fn run(flags: &Flags) -> Result<()> {
    let (train, _) = data::load(&flags.data)?;
    let indices: Vec<usize> = (0..flags.batch_size.min(train.len())).collect();
    let (x, labels) = train.batch::<f32>(&indices);
    let mut network = TwoLayerNet::<f32>::new(784, 50, 10, &mut generator(flags.seed.seed));
    let mut criterion = SoftmaxWithLoss::default();
    let params: usize = network.params().iter().map(|p| p.value.len()).sum();
    println!("784-50-10, {params} weights, a batch of {}", labels.len());

    let mut times = Vec::new();
    for _ in 0..REPEATS {
        let x = x.clone();
        let start = Instant::now();
        criterion.forward(network.forward(x), &labels);
        network.backward_params(criterion.backward());
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    let backprop = times[REPEATS / 2];
    println!("backpropagation: {:.3} ms (one pass forward, one back)", backprop * 1e3);
    let by_backprop: Vec<_> = network.params().iter().map(|p| p.grad.to_owned()).collect();

    let bar = progress::bar(2 * params, "forward passes");
    let start = Instant::now();
    let numerical = numerical_gradients(&mut network, |network| {
        bar.inc(1);
        criterion.forward(network.infer(x.clone()), &labels)
    });
    let numerically = start.elapsed().as_secs_f64();
    bar.finish_and_clear();
    println!("numerical:       {numerically:.2} s  ({} passes forward)", 2 * params);
    println!("ratio: {:.0}", numerically / backprop);

    let errors = by_backprop.iter().zip(&numerical).map(|(a, b)| relative_error(a, b));
    println!("they differ by {:.1e} at most, relative, in f32", errors.fold(0.0, f64::max));
    Ok(())
}
