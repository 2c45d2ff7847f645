//! The chapter's main job on the card.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use clap::Args;
use common::data::{Dataset, shuffled_batches};
use common::network::Network;
use common::plot::draw_history;
use common::program::Figures;
use common::program::job::{Job, Training};
use common::train::{
    Classification, Evaluation, History, TOO_LONG, TrainStep, Trainer, check_weights, diverged,
    interrupt, rescue,
};
use common::{Error, Result, progress};

use super::device::{Checks, Gpu};
use super::network::{Lesson, OnGpu};
use super::rule::Rule;
use super::section::AdapterFlag;
use crate::networks::measured::Measured;

/// The flags of `gpu train`: those of `train`, and which network and card.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.001")))]
#[command(mut_arg("epochs", |arg| arg.default_value("3")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("50")))]
#[command(mut_arg("schedule", |arg| arg.default_value("cosine")))]
pub struct Flags {
    /// Which of the book's networks learns
    #[arg(long, value_enum, value_name = "NETWORK", default_value = "deep_conv")]
    network: Measured,
    #[command(flatten)]
    adapter: AdapterFlag,
    #[command(flatten)]
    job: Job,
}

/// Trains a network with Adam on the card and draws how it went. What it saves is what `train` would
/// save, and either goes on with the other's file.
///
/// # Errors
/// If there is no card, or it fails; or as `train`.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let gpu = Gpu::open(flags.adapter.adapter.as_deref(), Checks::All)?;
    println!("adapter: {}", gpu.info.name);
    let mut training = flags.job.begin(|rng| flags.network.network(rng))?;
    let (train, test) = flags.job.digits()?;
    let by = flags.job.judged_by();
    if !flags.job.learns() {
        let rule = Rule::Sgd;
        let mut on_gpu = OnGpu::new(&gpu, &mut training.model, &[&test], &[], rule)?;
        println!("{by} accuracy: {:.4}", on_gpu.accuracy(0..test.len())?);
        return Ok(());
    }
    training.of(&train)?;
    Classification::new(&train, &test).check(&mut training.model)?;
    training.trainer.check(train.len(), &training.state)?;
    let examined = flags.job.examined(&train).map_or(train.len(), |part| part.len());
    let sets = Sets { examined, train, test };
    let history = fit(&gpu, &mut training, &sets)?;
    if let Some(accuracy) = history.test_accuracies.last() {
        println!("{by} accuracy: {accuracy:.4}");
    }
    figures.draw("gpu-train.png", (760, 360), |area| draw_history(&history, area))
}

/// The images that are learned, those that the network is judged by, and how many of the first are
/// looked at after an epoch.
struct Sets {
    train: Dataset,
    test: Dataset,
    examined: usize,
}

/// All epochs that are left.
fn fit(gpu: &Gpu, training: &mut Training<Network<f32>>, sets: &Sets) -> Result<History> {
    let trainer = training.trainer.clone();
    let rest = sets.train.len() % trainer.batch_size;
    let batches = [trainer.batch_size, rest];
    let batches = &batches[..if rest == 0 { 1 } else { 2 }];
    let start = Instant::now();
    let rule = Rule::adam(training.adam.lambda);
    let model = &mut training.model;
    let mut on_gpu = OnGpu::new(gpu, model, &[&sets.train, &sets.test], batches, rule)?;
    on_gpu.upload_optimizer(&mut training.adam);
    gpu.wait()?;
    let seconds = start.elapsed().as_secs_f64();
    println!("compiling kernels and copying images took {seconds:.1} s");

    let criterion = Classification::<f32>::new(&sets.train, &sets.test);
    interrupt::listen();
    let bar = progress::bar(trainer.steps(sets.train.len()), "steps");
    let (start, before) = (Instant::now(), training.state.history.time);
    while training.state.epoch < trainer.epochs {
        let whole = epoch(&mut on_gpu, training, sets, &bar)?;
        on_gpu.download(&mut training.model)?;
        let steps = training.state.history.losses.len();
        check_weights(steps, &mut training.model).map_err(|e| left_alone(e.into(), &trainer))?;
        on_gpu.download_optimizer(&mut training.model, &mut training.adam)?;
        let mut history = training.state.history.clone();
        let evaluation = Evaluation {
            train: on_gpu.accuracy(0..sets.examined)?,
            test: on_gpu.accuracy(sets.train.len()..sets.train.len() + sets.test.len())?,
        };
        history.push(evaluation);
        history.time = before + start.elapsed();
        let summary = TrainStep::<f32, Network<f32>>::summary(&criterion, &history);
        let told = (training.state.epoch + 1, summary.as_str());
        let heard = bar.suspend(|| trainer.tell(&history, told, whole));
        if whole.is_break() {
            trainer.save(&mut training.model, &mut training.adam, &training.state)?;
            training.state.history = history;
            break;
        }
        let state = &mut training.state;
        (state.epoch, state.step, state.history) = (state.epoch + 1, 0, history);
        trainer.save(&mut training.model, &mut training.adam, &training.state)?;
        if !heard {
            break;
        }
    }
    bar.finish_and_clear();
    let history = training.state.history.clone();
    println!("training took {:.1} s", history.time.as_secs_f64());
    if let Some(file) = &trainer.save {
        println!("weights: {}", file.display());
    }
    Ok(history)
}

// ANCHOR: epoch
/// Every image once, or what is left of them; `Break` if Ctrl-C ended it early.
fn epoch(
    on_gpu: &mut OnGpu<'_>,
    training: &mut Training<Network<f32>>,
    sets: &Sets,
    bar: &indicatif::ProgressBar,
) -> Result<ControlFlow<()>> {
    let (trainer, state) = (&training.trainer, &mut training.state);
    let mut rng = state.generator.clone();
    let batches = shuffled_batches(sets.train.len(), trainer.batch_size, &mut rng);
    let done = state.history.losses.len();
    let lessons = batches.into_iter().skip(state.step).zip(done..);
    let lessons = lessons
        .map(|(indices, step)| Lesson { indices, rate: trainer.rate(step, sets.train.len()) });
    let losses = on_gpu.learn(&lessons.collect::<Vec<_>>(), || {
        bar.inc(1);
        interrupt::flow()
    })?;
    if let Some(at) = losses.iter().position(|loss| !loss.is_finite()) {
        let found = format!("the loss is {}", losses[at]);
        return Err(left_alone(diverged(done + at + 1, &found, TOO_LONG).into(), trainer));
    }
    state.step += losses.len();
    state.history.losses.extend(losses.into_iter().map(f64::from));
    if interrupt::requested() {
        return Ok(ControlFlow::Break(()));
    }
    state.generator = rng;
    Ok(ControlFlow::Continue(()))
}
// ANCHOR_END: epoch

/// The error of a training that went wrong: its file is as it was, because the card's weights are spoiled.
fn left_alone(e: Error, trainer: &Trainer) -> Error {
    rescue(e, trainer.save.as_deref(), |_: &Path| Err(Error::Invalid(String::new())))
}
