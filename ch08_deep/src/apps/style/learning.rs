//! Learning to tell textures apart, so that the filters see more than chance.

use clap::Args;
use common::layer::Layer;
use common::layers::SoftmaxWithLoss;
use common::metrics::classes;
use common::model::parameter_count;
use common::network::Network;
use common::program::Figures;
use common::program::job::Job;
use common::random::generator;
use common::train::{Evaluation, TrainStep};
use common::{Result, Tensor, flags};
use image::RgbImage;

use super::figures::Wall;
use super::filters::classifier;
use super::pictures::picture;
use super::textures::{KINDS, batch, texture};

/// The seed of the textures that the network is judged by, and how many they are.
const HELD_OUT: u64 = 999;
const JUDGED: u64 = 500;
/// Textures in a row of the figure.
const COLUMNS: usize = 8;

/// The flags of `style textures`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("epochs", |arg| arg.default_value("6").help("How many epochs, each of new textures")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("32").help("Textures in one step")))]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.002")))]
#[command(mut_arg("schedule", |arg| arg.default_value("one-cycle")))]
// Textures are drawn: there are no files of them, nor a first N.
#[command(mut_arg("data", |arg| arg.hide(true)))]
#[command(mut_arg("data_dir", |arg| arg.hide(true)))]
#[command(mut_arg("offline", |arg| arg.hide(true)))]
#[command(mut_arg("train_size", |arg| arg.hide(true)))]
#[command(mut_arg("validate", |arg| arg.hide(true)))]
#[command(mut_arg("examine", |arg| arg.hide(true)))]
pub struct Flags {
    #[command(flatten)]
    job: Job,
    /// New textures in an epoch
    #[arg(long, value_name = "N", default_value = "3200", value_parser = flags::count)]
    textures: usize,
}

/// Learning from textures of which none comes twice.
struct Textures {
    seed: u64,
    count: usize,
    first: u64,
    criterion: SoftmaxWithLoss<f32>,
}

impl TrainStep<f32, Network<f32>> for Textures {
    fn examples(&self) -> usize {
        self.count
    }

    fn begin_epoch(&mut self, epoch: usize) {
        self.first = (epoch * self.count) as u64;
    }

    // ANCHOR: step
    fn forward_backward(&mut self, network: &mut Network<f32>, indices: &[usize]) -> f32 {
        let numbers: Vec<u64> = indices.iter().map(|&i| self.first + i as u64).collect();
        let (x, kinds) = batch(self.seed, &numbers);
        let loss = self.criterion.forward(network.forward(x), &kinds);
        network.backward_params(self.criterion.backward());
        loss
    }
    // ANCHOR_END: step

    fn evaluate(&mut self, network: &mut Network<f32>) -> Evaluation {
        let seen: Vec<u64> = (self.first..self.first + JUDGED.min(self.count as u64)).collect();
        Evaluation { train: judge(network, self.seed, &seen), test: held_out(network) }
    }
}

/// The share of these textures that are named rightly.
fn judge(network: &Network<f32>, seed: u64, numbers: &[u64]) -> f64 {
    let (x, kinds): (Tensor<f32>, _) = batch(seed, numbers);
    let answers = classes(&network.infer(x));
    let right = answers.iter().zip(&kinds).filter(|(answer, kind)| answer == kind).count();
    right as f64 / kinds.len() as f64
}

fn held_out(network: &Network<f32>) -> f64 {
    judge(network, HELD_OUT, &(0..JUDGED).collect::<Vec<_>>())
}

/// Teaches the network, prints how many textures that it has not seen it names rightly, and draws some.
///
/// # Errors
/// If checkpoint, weights or figure cannot be read or written, or training diverges.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    flags.job.refuse(&["--examine", "--train-size", "--validate"])?;
    let mut training = flags.job.begin(classifier)?;
    println!("parameters: {}", parameter_count(&mut training.model));
    if flags.job.learns() {
        let (seed, count) = (flags.job.seed.seed, flags.textures);
        let criterion = SoftmaxWithLoss::default();
        training.fit(&mut Textures { seed, count, first: 0, criterion })?;
    }
    println!("test accuracy: {:.4}", held_out(&training.model));
    let wall = Wall {
        title: "One texture of each kind".to_string(),
        rows: KINDS.chunks(COLUMNS).zip(0..).map(|(kinds, row)| examples(kinds, row)).collect(),
    };
    figures.draw("style-textures.png", wall.size(760), |area| wall.draw(area))
}

/// A texture of each of these kinds, which fill a row of the figure.
fn examples(kinds: &[&str], row: usize) -> Vec<(RgbImage, String)> {
    let example = |(column, name): (usize, &&str)| {
        let kind = row * COLUMNS + column;
        let image = texture(kind, &mut generator(kind as u64));
        (picture(image.view()), (*name).to_string())
    };
    kinds.iter().enumerate().map(example).collect()
}
