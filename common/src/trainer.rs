//! The trainer: epochs of shuffled mini-batches, and a record of how it went.

use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use crate::data::{Dataset, shuffled_batches};
use crate::interrupt;
use crate::layer::Layer;
use crate::layers::SoftmaxWithLoss;
use crate::network::accuracy;
use crate::optimizer::Optimizer;
use crate::progress;
use crate::random::Generator;
use crate::{Error, Float, Result};

/// How long and in what portions to learn.
#[derive(Clone, Copy, Debug)]
pub struct Trainer {
    /// How often every image is seen.
    pub epochs: usize,
    /// Images in one step.
    pub batch_size: usize,
}

/// What happened during training.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The loss of each step's batch, before that step.
    pub losses: Vec<f64>,
    /// Accuracy on the training images after each epoch, from 0 to 1.
    pub train_accuracies: Vec<f64>,
    /// Accuracy on the test images after each epoch.
    pub test_accuracies: Vec<f64>,
    /// Time for steps and accuracies, without loading or drawing.
    pub time: Duration,
}

impl Trainer {
    /// Teaches `network` to classify `train`, printing a line after each epoch.
    ///
    /// Ctrl-C ends it after the current step; the history then holds what was done.
    ///
    /// # Errors
    /// If there are fewer images than one batch needs, or the loss stops being a number.
    pub fn fit<F: Float>(
        &self,
        network: &mut impl Layer<F>,
        optimizer: &mut impl Optimizer<F>,
        (train, test): (&Dataset, &Dataset),
        rng: &mut Generator,
    ) -> Result<History> {
        self.check(train)?;
        interrupt::listen();
        let steps = self.epochs.saturating_mul(train.len().div_ceil(self.batch_size));
        let progress = progress::bar(steps, "steps");
        let start = Instant::now();
        let mut history = History::default();
        for epoch in 1..=self.epochs {
            let finished = self.epoch(network, optimizer, train, rng, &mut history, &progress)?;
            history.train_accuracies.push(accuracy(network, train));
            history.test_accuracies.push(accuracy(network, test));
            history.time = start.elapsed();
            progress.suspend(|| self.report(epoch, &history));
            if !finished {
                progress.suspend(|| println!("stopped after {} steps", history.losses.len()));
                break;
            }
        }
        progress.finish_and_clear();
        Ok(history)
    }

    // ANCHOR: epoch
    /// Every image once; false if Ctrl-C ended it early.
    fn epoch<F: Float>(
        &self,
        network: &mut impl Layer<F>,
        optimizer: &mut impl Optimizer<F>,
        train: &Dataset,
        rng: &mut Generator,
        history: &mut History,
        progress: &ProgressBar,
    ) -> Result<bool> {
        let mut head = SoftmaxWithLoss::default();
        for indices in shuffled_batches(train.len(), self.batch_size, rng) {
            let (x, labels) = train.batch(&indices);
            let loss = head.forward(network.forward(x), &labels);
            if !loss.is_finite() {
                return Err(diverged(history.losses.len() + 1));
            }
            network.backward_params(head.backward());
            optimizer.update(network.params());

            history.losses.push(loss.as_f64());
            progress.inc(1);
            if interrupt::requested() {
                return Ok(false);
            }
        }
        Ok(true)
    }
    // ANCHOR_END: epoch

    fn check(&self, train: &Dataset) -> Result<()> {
        let (batch_size, images) = (self.batch_size, train.len());
        if batch_size > images {
            return Err(Error::Invalid(format!(
                "a batch of {batch_size} is more than the {images} training images; choose a --batch-size of at most {images}"
            )));
        }
        Ok(())
    }

    fn report(&self, epoch: usize, history: &History) {
        let last = |values: &[f64]| values.last().copied().unwrap_or(f64::NAN);
        println!(
            "epoch {epoch:>2}/{}: loss {:.4}, train accuracy {:.4}, test accuracy {:.4}",
            self.epochs,
            history.recent_loss(),
            last(&history.train_accuracies),
            last(&history.test_accuracies),
        );
    }
}

impl History {
    /// The mean loss of the last hundred steps.
    pub fn recent_loss(&self) -> f64 {
        let recent = &self.losses[self.losses.len().saturating_sub(100)..];
        recent.iter().sum::<f64>() / recent.len() as f64
    }
}

fn diverged(step: usize) -> Error {
    Error::Invalid(format!(
        "the loss at step {step} is not a number any more: the steps are too long; try a smaller --learning-rate"
    ))
}
