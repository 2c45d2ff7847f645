//! The main job: teaching a network to read digits.

use clap::Args;
use common::Result;
use common::data;
use common::flags::{DataFlags, OutFlag, SeedFlag, ThreadsFlag, TrainFlags};
use common::layer::Layer;
use common::optimizer::{Optimizer, Sgd};
use common::plot::draw_history;
use common::program::Figures;
use common::random::{Generator, generator};
use common::store::weights;
use common::train::{Classification, History, Trainer, TrainingState, rescue};

use crate::two_layer_net::TwoLayerNet;

/// The flags of `train`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    train: TrainFlags,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Trains 784-50-10 by stochastic gradient descent and draws how it went.
///
/// # Errors
/// If the data, the weights or the figure cannot be read or written, or training diverges.
pub fn run(Flags { data, train, seed, .. }: &Flags, figures: &Figures) -> Result<()> {
    let rng = &mut generator(seed.seed);
    // ANCHOR: run
    let mut network = TwoLayerNet::<f32>::new(784, 50, 10, rng);
    let mut sgd = Sgd { learning_rate: train.learning_rate as f32 };
    let history = teach(&mut network, &mut sgd, data, train, rng)?;
    // ANCHOR_END: run
    figures.draw("train.png", (760, 360), |area| draw_history(&history, area))
}

/// What `train` and `export` have in common: from flags to a trained and saved network.
///
/// # Errors
/// As [`run`].
pub fn teach(
    network: &mut impl Layer<f32>,
    optimizer: &mut impl Optimizer<f32>,
    data: &DataFlags,
    train: &TrainFlags,
    rng: &mut Generator,
) -> Result<History> {
    train.check()?;
    if let Some(file) = &train.weights {
        weights::load(network, file)?;
    }
    let (images, test) = data::load(data)?;
    let (mut step, state) =
        (Classification::new(&images, &test), &mut TrainingState::start(rng.clone()));
    let history = Trainer::new(train.epochs, train.batch_size)
        .fit(&mut step, network, optimizer, state)
        .map_err(|e| rescue(e, train.save.as_deref(), |file| weights::save(network, file)))?;
    if let Some(file) = &train.save {
        weights::save(network, file)?; // before a line that nobody may take any more
    }
    println!("training took {:.1} s", history.time.as_secs_f64());
    if let Some(file) = &train.save {
        println!("weights: {}", file.display());
    }
    if let Some(accuracy) = history.test_accuracies.last() {
        println!("test accuracy: {accuracy:.4}");
    }
    Ok(history)
}
