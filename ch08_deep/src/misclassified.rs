//! The digits that a good network still reads wrong.

use std::path::PathBuf;

use clap::Args;
use common::Result;
use common::activation::softmax;
use common::data::{self, Dataset};
use common::flags::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag};
use common::layer::Layer;
use common::metrics::{classes, outputs};
use common::network::Network;
use common::optimizer::Adam;
use common::plot::{ImageGrid, Tile};
use common::program::Figures;
use common::random::generator;
use common::store::weights;
use common::train::{Classification, Trainer, TrainingState};
use ndarray::{ArrayView1, Axis, Ix2};

use crate::networks::deep_conv_net::deep_conv_net;

/// Errors that are drawn.
const SHOWN: usize = 20;
/// Images in a step of the training.
const BATCH: usize = 100;

/// Where the network comes from.
#[derive(Clone, Debug, Args)]
pub struct Source {
    /// Read with these weights (.npz), as `train --save FILE` writes them, instead of training now
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    weights: Option<PathBuf>,
    /// Without --weights: how often every image is seen
    #[arg(long, value_name = "N", default_value = "3", value_parser = flags::count)]
    epochs: usize,
}

/// An image that was read wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mistake {
    /// Which test image it is, from 0.
    pub index: usize,
    /// What it is.
    pub label: u8,
    /// What the network says it is.
    pub answer: u8,
    /// The probability that the network gives its answer.
    pub sure: f64,
    /// The probability that it gives the label.
    pub truth: f64,
}

// ANCHOR: mistakes
/// All images of `data` that the network reads wrong, in their order.
pub fn mistakes(network: &impl Layer<f32>, data: &Dataset) -> Vec<Mistake> {
    let logits = outputs(network, data);
    let answers = classes(&logits);
    let y = softmax(logits.into_dimensionality::<Ix2>().expect("N×classes"));
    let all = data.labels.iter().zip(answers).zip(y.rows()).enumerate();
    let wrong = all.filter(|(_, ((label, answer), _))| *label != answer);
    let mistake = |(index, ((&label, answer), y)): (usize, ((&u8, u8), ArrayView1<'_, f32>))| {
        let [sure, truth] = [answer, label].map(|class| f64::from(y[usize::from(class)]));
        Mistake { index, label, answer, sure, truth }
    };
    wrong.map(mistake).collect()
}
// ANCHOR_END: mistakes

/// The flags of `misclassified`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Prints and draws the first errors of a network on the test images.
///
/// # Errors
/// If weights or data cannot be read, or the figure not written.
pub fn run(Flags { data, source, seed, .. }: &Flags, figures: &Figures) -> Result<()> {
    let rng = &mut generator(seed.seed);
    let mut network: Network<f32> = deep_conv_net(rng)?;
    if let Some(file) = &source.weights {
        weights::load(&mut network, file)?;
    }
    let (train, test) = data::load(data)?;
    if source.weights.is_none() {
        println!(
            "training first, epochs: {}; for a better network: train --epochs 20 --save FILE,\nand come back with --weights FILE",
            source.epochs
        );
        let trainer = Trainer::new(source.epochs, BATCH.min(train.len()));
        let (mut step, mut adam) = (Classification::new(&train, &test), Adam::new(1e-3));
        let state = &mut TrainingState::start(rng.clone());
        trainer.fit(&mut step, &mut network, &mut adam, state)?;
    }
    let mistakes = mistakes(&network, &test);
    let right = test.len() - mistakes.len();
    println!("test accuracy: {:.4}", right as f64 / test.len() as f64);
    println!("{} of {} are read wrong; the first:", mistakes.len(), test.len());
    println!("image   is   read as   sure of that   gives the label");
    for m in mistakes.iter().take(SHOWN) {
        println!(
            "{:>5} {:>4} {:>9} {:>12.1} % {:>15.1} %",
            m.index,
            m.label,
            m.answer,
            100.0 * m.sure,
            100.0 * m.truth
        );
    }
    let grid = grid(&mistakes, &test);
    figures.draw("misclassified.png", grid.size(760), |area| grid.draw(area))
}

fn grid(mistakes: &[Mistake], test: &Dataset) -> ImageGrid {
    let tile = |m: &Mistake| Tile {
        pixels: test.images.index_axis(Axis(0), m.index).index_axis_move(Axis(0), 0).to_owned(),
        caption: format!("{}, read {}", m.label, m.answer),
        highlight: false,
    };
    ImageGrid {
        title: "What it is, and what the network read".to_string(),
        columns: 10,
        tiles: mistakes.iter().take(SHOWN).map(tile).collect(),
    }
}
