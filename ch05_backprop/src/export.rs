//! Trains the network that chapter 3 reads digits with, and writes its weights.

use std::path::PathBuf;

use clap::Args;
use common::Result;
use common::flags::{DataFlags, SeedFlag, ThreadsFlag, TrainFlags};
use common::init::Init;
use common::layers::{Affine, Sigmoid};
use common::network::Network;
use common::optimizer::Adam;
use common::random::{Generator, generator};

use crate::train::teach;

// ANCHOR: network
/// 784-50-100-10 with sigmoid activations, as chapter 3 builds it by hand.
pub fn network(rng: &mut Generator) -> Network<f32> {
    Network::new()
        .with(Affine::new(784, 50, Init::Xavier, rng))
        .with(Sigmoid::default())
        .with(Affine::new(50, 100, Init::Xavier, rng))
        .with(Sigmoid::default())
        .with(Affine::new(100, 10, Init::Xavier, rng))
}
// ANCHOR_END: network

/// The flags of `export`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.001")))]
#[command(mut_arg("epochs", |arg| arg.default_value("20")))]
pub struct Flags {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    train: TrainFlags,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
}

/// Trains with Adam and saves; without `--save` the file is `sample_weight.npz` in this folder.
///
/// # Errors
/// If the data cannot be read or the file not written, or training diverges.
pub fn run(Flags { data, train, seed, .. }: &Flags) -> Result<()> {
    let rng = &mut generator(seed.seed);
    let save = train.save.clone().unwrap_or_else(|| PathBuf::from("sample_weight.npz"));
    let train = TrainFlags { save: Some(save), ..train.clone() };
    let mut adam = Adam::new(train.learning_rate as f32);
    teach(&mut network(rng), &mut adam, data, &train, rng).map(drop)
}
