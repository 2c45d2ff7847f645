//! The loop around a step: epochs of shuffled mini-batches, stopped and resumed at will.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use indicatif::ProgressBar;
use nn::data::shuffled_batches;

use super::{Guard, History, Schedule, TrainStep, TrainingState, check_weights, interrupt, rescue};
use crate::model::{self, Model};
use crate::optimizer::Optimizer;
use crate::store::checkpoint;
use crate::{Error, Float, Result, progress};

// ANCHOR: trainer
/// How long and in what portions to learn, and what happens besides.
#[derive(Clone, Debug, PartialEq)]
pub struct Trainer {
    /// How often every example is seen.
    pub epochs: usize,
    /// Examples in one step.
    pub batch_size: usize,
    /// The learning rate of the first step, and the rule for all others; without, the optimizer's own
    /// rate stays.
    pub schedule: Option<(f64, Schedule)>,
    /// The file for checkpoints: written after every epoch, at Ctrl-C, and from before the step at
    /// which a training goes wrong.
    pub save: Option<PathBuf>,
    /// The training ends after so many steps in all, even within an epoch.
    pub max_steps: Option<usize>,
    /// Whether a line is printed after every epoch. Without it, and without a file, the model is not
    /// evaluated either.
    pub report: bool,
}

impl Trainer {
    /// So many epochs of batches of this size, with a report after each and nothing else.
    pub const fn new(epochs: usize, batch_size: usize) -> Self {
        Self { epochs, batch_size, schedule: None, save: None, max_steps: None, report: true }
    }
}
// ANCHOR_END: trainer

impl Trainer {
    // ANCHOR: fit
    /// Teaches `model` by the given step, from any state that a training has been in.
    ///
    /// Ctrl-C ends it after the current step; the history then holds what was done.
    ///
    /// # Errors
    /// If the step says that something does not fit, there are fewer examples than one batch needs,
    /// the state is one of another number of examples, a checkpoint cannot be written, or the loss or a
    /// gradient stops being a number: then the model has the weights from before that step.
    pub fn fit<F: Float, M: Model<F>, O: Optimizer<F>>(
        &self,
        step: &mut impl TrainStep<F, M>,
        model: &mut M,
        optimizer: &mut O,
        state: &mut TrainingState,
    ) -> Result<History> {
        let history = self.run(step, model, optimizer, state);
        let save = self.save.as_deref();
        history.map_err(|e| {
            rescue(e, save, |file| checkpoint::save(file, model, optimizer, self.batch_size, state))
        })
    }
    // ANCHOR_END: fit

    fn run<F: Float, M: Model<F>, O: Optimizer<F>>(
        &self,
        step: &mut impl TrainStep<F, M>,
        model: &mut M,
        optimizer: &mut O,
        state: &mut TrainingState,
    ) -> Result<History> {
        step.check(model)?;
        self.check(step.examples(), state)?;
        interrupt::listen();
        let steps = self.steps(step.examples());
        let progress = progress::bar(steps, "steps");
        progress.set_position(state.history.losses.len() as u64);
        let (start, before) = (Instant::now(), state.history.time);
        while state.epoch < self.epochs {
            step.begin_epoch(state.epoch);
            let flow = self.epoch(step, model, optimizer, state, &progress)?;
            check_weights(state.history.losses.len(), model)?;
            let mut history = state.history.clone();
            if self.report || self.save.is_some() {
                history.push(step.evaluate(model));
            }
            history.time = before + start.elapsed();
            // Where nobody reads any more, nobody waits for the end either.
            let heard = progress
                .suspend(|| self.tell(&history, (state.epoch + 1, &step.summary(&history)), flow));
            if flow.is_break() {
                progress.finish_and_clear();
                return Ok(history);
            }
            (state.epoch, state.step, state.history) = (state.epoch + 1, 0, history);
            let saved = self.save(model, optimizer, state);
            let goes_on = agree(step, saved, heard)?;
            if self.stops(step, state) || !goes_on {
                break;
            }
        }
        progress.finish_and_clear();
        Ok(state.history.clone())
    }

    // ANCHOR: epoch
    /// Every example once, or what is left of them; `Break` if it was ended early.
    fn epoch<F: Float, M: Model<F>, O: Optimizer<F>>(
        &self,
        step: &mut impl TrainStep<F, M>,
        model: &mut M,
        optimizer: &mut O,
        state: &mut TrainingState,
        progress: &ProgressBar,
    ) -> Result<ControlFlow<()>> {
        let mut rng = state.generator.clone();
        let batches = shuffled_batches(step.examples(), self.batch_size, &mut rng);
        for indices in batches.into_iter().skip(state.step) {
            self.set_learning_rate(optimizer, state, step.examples());
            let (guard, number) = (Guard::before(model), state.history.losses.len() + 1);
            let loss = step.forward_backward(model, &indices);
            guard.check(number, loss, model, |model| step.fault(model, &indices))?;
            optimizer.update(model::params(model));

            state.history.losses.push(loss.as_f64());
            let notes = step.notes();
            if !notes.is_empty() {
                state.history.notes.push(notes);
            }
            state.step += 1;
            progress.inc(1);
            if self.stops(step, state) {
                let saved = self.save(model, optimizer, state);
                agree(step, saved, false)?;
                return Ok(ControlFlow::Break(()));
            }
        }
        state.generator = rng;
        Ok(ControlFlow::Continue(()))
    }
    // ANCHOR_END: epoch

    fn set_learning_rate<F: Float>(
        &self,
        optimizer: &mut impl Optimizer<F>,
        state: &TrainingState,
        examples: usize,
    ) {
        if let (Some(_), Some(rate)) = (self.schedule, optimizer.learning_rate()) {
            *rate = F::of(self.rate(state.history.losses.len(), examples));
        }
    }

    /// The learning rate after `done` steps of a training with so many examples; NaN without a schedule.
    pub fn rate(&self, done: usize, examples: usize) -> f64 {
        let rate =
            |(first, schedule): (f64, Schedule)| schedule.rate(first, done, self.steps(examples));
        self.schedule.map_or(f64::NAN, rate)
    }

    /// Writes a checkpoint, if there is a file for it: for those that learn elsewhere, such as on a
    /// graphics card, and keep the rest of this loop.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn save<F: Float>(
        &self,
        model: &mut impl Model<F>,
        optimizer: &mut impl Optimizer<F>,
        state: &TrainingState,
    ) -> Result<()> {
        let save = self.save.as_deref();
        save.map_or(Ok(()), |file| checkpoint::save(file, model, optimizer, self.batch_size, state))
    }

    /// Whether the training ends here.
    fn stops<F: Float, M: Model<F>>(
        &self,
        step: &impl TrainStep<F, M>,
        state: &TrainingState,
    ) -> bool {
        step.stops(interrupt::requested())
            || self.max_steps.is_some_and(|most| state.history.losses.len() >= most)
    }

    /// Steps of all epochs.
    pub fn steps(&self, examples: usize) -> usize {
        self.epochs.saturating_mul(examples.div_ceil(self.batch_size.max(1)))
    }

    /// What can be told before the first step.
    ///
    /// # Errors
    /// If a batch is larger than there are examples, or the state is one of another number of them.
    pub fn check(&self, examples: usize, state: &TrainingState) -> Result<()> {
        let batch_size = self.batch_size;
        if !(1..=examples).contains(&batch_size) {
            return Err(Error::Invalid(format!(
                "a batch of {batch_size} cannot be made of the {examples} training images; choose a --batch-size of at most {examples}, and at least 1"
            )));
        }
        let (steps, done) = (examples.div_ceil(batch_size), state.history.losses.len());
        if done != state.epoch.saturating_mul(steps).saturating_add(state.step) {
            return Err(Error::Invalid(format!(
                "{done} steps have been done, which is not {} epochs of {steps} steps and {} more: go on with as many training images as before",
                state.epoch, state.step
            )));
        }
        Ok(())
    }

    /// Prints how the epoch went; false if nobody takes it.
    pub fn tell(
        &self,
        history: &History,
        (epoch, summary): (usize, &str),
        flow: ControlFlow<()>,
    ) -> bool {
        let line = format!("epoch {epoch:>2}/{}: {summary}", self.epochs);
        let stopped = || format!("stopped after {} steps", history.losses.len());
        !self.report || progress::tell(&line) && (flow.is_continue() || progress::tell(&stopped()))
    }
}

/// Whether the training goes on, for all programs that learn together, after this one has saved it and
/// would go on or not.
fn agree<F: Float, M: Model<F>>(
    step: &mut impl TrainStep<F, M>,
    saved: Result<()>,
    goes_on: bool,
) -> Result<bool> {
    let here = saved.as_ref().map(|()| goes_on).map_err(ToString::to_string);
    let all = step.agree(here);
    saved.and(all.map_err(Error::Invalid))
}
