//! The training job of the chapters on convolutional networks: from the command line to a trained
//! network, stopped and resumed at will.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag, TrainFlags};
use crate::data::{self, Dataset};
use crate::diagnosis::rescue;
use crate::layer::Layer;
use crate::network::Network;
use crate::optimizer::{Adam, AdamW, Optimizer};
use crate::plot::draw_history;
use crate::random::{Generator, generator};
use crate::schedule::Schedule;
use crate::trainer::{History, Position, Trainer};
use crate::{Error, Float, Result, checkpoint, files, interrupt, weights};

/// The flags of the job. Each chapter gives them its own defaults with clap's `mut_arg`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("save", |arg| arg.help("Write weights and all that --resume needs to this file (.npz), after every epoch and at Ctrl-C")))]
pub struct Job {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    train: TrainFlags,
    /// Go on from this checkpoint, or without FILE from that of --save, and save there again
    #[arg(long, value_name = "FILE", num_args = 0..=1, conflicts_with = "weights")]
    resume: Option<Option<PathBuf>>,
    /// How the learning rate changes over the whole run; to go on exactly, --resume with the same --epochs
    #[arg(long, value_enum, value_name = "RULE", default_value = "constant")]
    schedule: Schedule,
    /// Weight decay: this share of the learning rate is taken from each weight in each step
    #[arg(long, value_name = "X", default_value = "0", value_parser = cli::share)]
    weight_decay: f64,
    /// Measure the accuracy on training images with the first N of them only [default: all]
    #[arg(long, value_name = "N", value_parser = cli::count)]
    examine: Option<usize>,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

impl Job {
    /// Trains the network that `build` makes with Adam and draws how it went, into the figures of
    /// `chapter`, such as "ch07".
    ///
    /// # Errors
    /// If data, checkpoint, weights or figure cannot be read or written, or training diverges.
    pub fn run(
        &self,
        chapter: &str,
        build: impl FnOnce(&mut Generator) -> Result<Network<f32>>,
    ) -> Result<()> {
        self.run_into(chapter, "train.png", build)
    }

    /// The same with another name for the figure.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_into(
        &self,
        chapter: &str,
        figure: &str,
        build: impl FnOnce(&mut Generator) -> Result<Network<f32>>,
    ) -> Result<()> {
        self.threads.apply()?;
        let figures = self.out.figures(chapter)?;
        let history = self.train(build)?;
        figures.draw(figure, (760, 360), |area| draw_history(&history, area))
    }

    fn train(&self, build: impl FnOnce(&mut Generator) -> Result<Network<f32>>) -> Result<History> {
        let (from, save) = self.files()?;
        if let Some(file) = &save {
            files::check_writable(file)?;
        }
        let rng = &mut generator(self.seed.seed);
        let mut network = build(rng)?;
        let plan = Plan {
            trainer: Trainer { epochs: self.train.epochs, batch_size: self.train.batch_size },
            learning_rate: self.train.learning_rate,
            schedule: self.schedule,
            save,
        };
        let mut adam = AdamW::new(plan.learning_rate as f32, self.weight_decay as f32);
        let mut position = Position::start(rng.clone());
        if let Some(file) = &self.train.weights {
            weights::load(&mut network, file)?;
        }
        if let Some(file) = &from {
            position = checkpoint::load(file, &mut network, adam.as_mut(), &plan.trainer)?;
            println!("resumed after {} steps", position.history.losses.len());
        }
        let (train, test) = data::load(&self.data)?;
        let part = self.examine.filter(|&n| n < train.len());
        let part = part.map(|n| train.select(&(0..n).collect::<Vec<_>>()));
        let data = (&train, part.as_ref().unwrap_or(&train), &test);
        let history = plan.teach_examining(&mut position, &mut network, &mut adam, data)?;
        println!("training took {:.1} s", history.time.as_secs_f64());
        if let Some(file) = &plan.save {
            println!("weights: {}", file.display());
        }
        if let Some(accuracy) = history.test_accuracies.last() {
            println!("test accuracy: {accuracy:.4}");
        }
        Ok(history)
    }

    /// The checkpoint to go on from and the file to save to.
    fn files(&self) -> Result<(Option<PathBuf>, Option<PathBuf>)> {
        let from = match &self.resume {
            None => None,
            Some(Some(file)) => Some(file.clone()),
            Some(None) => Some(self.train.save.clone().ok_or_else(|| {
                Error::Invalid(
                    "--resume without a file goes on from the one of --save FILE; name it"
                        .to_string(),
                )
            })?),
        };
        let save = self.train.save.clone().or_else(|| from.clone());
        Ok((from, save))
    }
}

// ANCHOR: teach
/// A training that can be stopped at any step: how long, with what rates, and where it is kept.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Epochs and batches.
    pub trainer: Trainer,
    /// The learning rate of the first step.
    pub learning_rate: f64,
    /// The learning rate of all others.
    pub schedule: Schedule,
    /// The file for checkpoints, if it shall be kept.
    pub save: Option<PathBuf>,
}

impl Plan {
    /// Trains from `position` on, with a checkpoint after every epoch, at Ctrl-C, and from before the
    /// step at which a training goes wrong.
    ///
    /// # Errors
    /// If the file cannot be written or training diverges.
    pub fn teach<F: Float, N: Layer<F>, O: Optimizer<F> + AsMut<Adam<F>>>(
        &self,
        position: &mut Position,
        network: &mut N,
        adam: &mut O,
        (train, test): (&Dataset, &Dataset),
    ) -> Result<History> {
        self.teach_examining(position, network, adam, (train, train, test))
    }

    /// The same with the training accuracy measured on the second of the three sets of images.
    ///
    /// # Errors
    /// As [`teach`](Self::teach).
    pub fn teach_examining<F: Float, N: Layer<F>, O: Optimizer<F> + AsMut<Adam<F>>>(
        &self,
        position: &mut Position,
        network: &mut N,
        adam: &mut O,
        data: (&Dataset, &Dataset, &Dataset),
    ) -> Result<History> {
        let steps = self.trainer.epochs * data.0.len().div_ceil(self.trainer.batch_size);
        let rate = |position: &Position| {
            F::of(self.schedule.rate(self.learning_rate, position.history.losses.len(), steps))
        };
        adam.as_mut().learning_rate = rate(position);
        let keep = |file: &Path, network: &mut N, adam: &mut O, position: &Position| {
            checkpoint::save(file, network, adam.as_mut(), &self.trainer, position)
        };
        let file = self.save.as_deref();
        let watch = |network: &mut N, adam: &mut O, position: &Position| {
            adam.as_mut().learning_rate = rate(position);
            let flow = interrupt::flow();
            let epoch_over = position.step == 0;
            if let Some(file) = file.filter(|_| epoch_over || flow.is_break()) {
                keep(file, network, adam, position)?;
            }
            Ok(flow)
        };
        let history = self.trainer.fit_examining(position, network, adam, data, watch);
        history.map_err(|e| rescue(e, file, |file| keep(file, network, adam, position)))
    }
}
// ANCHOR_END: teach
