//! The trainer: epochs of shuffled mini-batches, and a record of how it went.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use crate::data::{Dataset, shuffled_batches};
use crate::diagnosis::{self, Guard};
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

/// Where a training stands: together with the network and the optimizer, all that is needed to go
/// on as if it had never stopped.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// Epochs that are over.
    pub epoch: usize,
    /// Steps done of the epoch that is not.
    pub step: usize,
    /// The generator as it was when that epoch began: it shuffles the images the same way again.
    pub generator: Generator,
    /// The losses of all steps, and the accuracies of the epochs that are over.
    pub history: History,
}

impl Position {
    /// Before the first step.
    pub fn start(generator: Generator) -> Self {
        Self { epoch: 0, step: 0, generator, history: History::default() }
    }
}

impl Trainer {
    /// Teaches `network` to classify `train`, printing a line after each epoch.
    ///
    /// Ctrl-C ends it after the current step; the history then holds what was done.
    ///
    /// # Errors
    /// If a set is empty, a label is none of the network's classes, there are fewer images than one
    /// batch needs, or the loss or a gradient stops being a number: then the network has the weights
    /// from before that step.
    pub fn fit<F: Float>(
        &self,
        network: &mut impl Layer<F>,
        optimizer: &mut impl Optimizer<F>,
        (train, test): (&Dataset, &Dataset),
        rng: &mut Generator,
    ) -> Result<History> {
        let mut position = Position::start(rng.clone());
        let watch = |_: &mut _, _: &mut _, _: &Position| Ok(interrupt::flow());
        let history = self.fit_from(&mut position, network, optimizer, (train, test), watch)?;
        *rng = position.generator;
        Ok(history)
    }

    /// The same from any [`Position`] that training has been in.
    ///
    /// `watch` is called after every step, and once more when an epoch has ended and its accuracies
    /// are known; it may save the position, and ends the training with `Break`.
    ///
    /// # Errors
    /// As [`fit`](Self::fit), and those of `watch`.
    pub fn fit_from<F: Float, N: Layer<F>, O: Optimizer<F>>(
        &self,
        position: &mut Position,
        network: &mut N,
        optimizer: &mut O,
        (train, test): (&Dataset, &Dataset),
        watch: impl FnMut(&mut N, &mut O, &Position) -> Result<ControlFlow<()>>,
    ) -> Result<History> {
        self.fit_examining(position, network, optimizer, (train, train, test), watch)
    }

    /// The same with the training accuracy measured on `examined`, such as a part of the images.
    ///
    /// # Errors
    /// As [`fit_from`](Self::fit_from).
    pub fn fit_examining<F: Float, N: Layer<F>, O: Optimizer<F>>(
        &self,
        position: &mut Position,
        network: &mut N,
        optimizer: &mut O,
        (train, examined, test): (&Dataset, &Dataset, &Dataset),
        mut watch: impl FnMut(&mut N, &mut O, &Position) -> Result<ControlFlow<()>>,
    ) -> Result<History> {
        self.check(network, (train, examined, test))?;
        let (steps, done) = (train.len().div_ceil(self.batch_size), position.history.losses.len());
        if done != position.epoch.saturating_mul(steps).saturating_add(position.step) {
            return Err(Error::Invalid(format!(
                "{done} steps have been done, which is not {} epochs of {steps} steps and {} more: go on with as many training images as before",
                position.epoch, position.step
            )));
        }
        interrupt::listen();
        let progress = progress::bar(self.epochs.saturating_mul(steps), "steps");
        progress.set_position(done as u64);
        let (start, before) = (Instant::now(), position.history.time);
        while position.epoch < self.epochs {
            let flow = self.epoch(network, optimizer, train, position, &mut watch, &progress)?;
            diagnosis::check_weights(position.history.losses.len(), network)?;
            let mut history = position.history.clone();
            history.train_accuracies.push(accuracy(network, examined));
            history.test_accuracies.push(accuracy(network, test));
            history.time = before + start.elapsed();
            progress.suspend(|| self.report(position.epoch + 1, &history));
            if flow.is_break() {
                progress.suspend(|| println!("stopped after {} steps", history.losses.len()));
                progress.finish_and_clear();
                return Ok(history);
            }
            (position.epoch, position.step, position.history) = (position.epoch + 1, 0, history);
            if watch(network, optimizer, position)?.is_break() {
                break;
            }
        }
        progress.finish_and_clear();
        Ok(position.history.clone())
    }

    // ANCHOR: epoch
    /// Every image once, or what is left of them; `Break` if it was ended early.
    fn epoch<F: Float, N: Layer<F>, O: Optimizer<F>>(
        &self,
        network: &mut N,
        optimizer: &mut O,
        train: &Dataset,
        position: &mut Position,
        watch: &mut impl FnMut(&mut N, &mut O, &Position) -> Result<ControlFlow<()>>,
        progress: &ProgressBar,
    ) -> Result<ControlFlow<()>> {
        let mut head = SoftmaxWithLoss::default();
        let mut rng = position.generator.clone();
        let batches = shuffled_batches(train.len(), self.batch_size, &mut rng);
        for indices in batches.into_iter().skip(position.step) {
            let (x, labels) = train.batch(&indices);
            let (guard, number) = (Guard::before(network), position.history.losses.len() + 1);
            let loss = head.forward(network.forward(x), &labels);
            network.backward_params(head.backward());
            guard.check(number, loss, network, || train.batch(&indices).0)?;
            optimizer.update(network.params());

            position.history.losses.push(loss.as_f64());
            position.step += 1;
            progress.inc(1);
            if watch(network, optimizer, position)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        position.generator = rng;
        Ok(ControlFlow::Continue(()))
    }
    // ANCHOR_END: epoch

    /// What can be told before the first step.
    fn check<F: Float>(
        &self,
        network: &impl Layer<F>,
        (train, examined, test): (&Dataset, &Dataset, &Dataset),
    ) -> Result<()> {
        let sets = [("training", train), ("examined training", examined), ("test", test)];
        sets.iter().try_for_each(|(name, images)| images.check_whole(name))?;
        let classes = network.infer(train.batch(&[0]).0).len();
        sets.iter().try_for_each(|(name, images)| images.check_labels(name, classes))?;
        let (batch_size, images) = (self.batch_size, train.len());
        if !(1..=images).contains(&batch_size) {
            return Err(Error::Invalid(format!(
                "a batch of {batch_size} cannot be made of the {images} training images; choose a --batch-size of at most {images}, and at least 1"
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
