//! The main job: teaching the convolutional network, in a training that can be stopped and resumed.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use common::cli::{DataFlags, Figures, TrainFlags};
use common::data::{self, Dataset};
use common::layer::Layer;
use common::optimizer::Adam;
use common::random::generator;
use common::trainer::{History, Position, Trainer};
use common::{Error, Float, Result, checkpoint, files, interrupt, weights};

use crate::history::draw;
use crate::simple_conv_net::simple_conv_net;

/// The shape (C, H, W) of the images that this chapter learns from.
pub const IMAGE: (usize, usize, usize) = (1, 28, 28);

/// `--resume`.
#[derive(Clone, Debug, clap::Args)]
pub struct ResumeFlag {
    /// Go on from this checkpoint, or without FILE from that of --save, and save there again
    #[arg(long, value_name = "FILE", num_args = 0..=1, conflicts_with = "weights")]
    pub resume: Option<Option<PathBuf>>,
}

/// Trains `SimpleConvNet` with Adam and draws how it went.
///
/// # Errors
/// If data, checkpoint, weights or figure cannot be read or written, or training diverges.
pub fn run(
    data: &DataFlags,
    flags: &TrainFlags,
    resume: &ResumeFlag,
    seed: u64,
    figures: &Figures,
) -> Result<()> {
    let (from, save) = files_of(flags, resume)?;
    if let Some(file) = &save {
        files::check_writable(file)?;
    }
    let rng = &mut generator(seed);
    let mut network = simple_conv_net::<f32>(IMAGE, rng)?;
    let mut adam = Adam::new(flags.learning_rate as f32);
    let trainer = Trainer { epochs: flags.epochs, batch_size: flags.batch_size };
    let mut position = Position::start(rng.clone());
    if let Some(file) = &flags.weights {
        weights::load(&mut network, file)?;
    }
    if let Some(file) = &from {
        position = checkpoint::load(file, &mut network, &mut adam, &trainer)?;
        println!("resumed after {} steps", position.history.losses.len());
    }
    let (train, test) = data::load(data)?;
    let history =
        teach(&trainer, &mut position, &mut network, &mut adam, (&train, &test), save.as_deref())?;
    println!("training took {:.1} s", history.time.as_secs_f64());
    if let Some(file) = &save {
        println!("weights: {}", file.display());
    }
    if let Some(accuracy) = history.test_accuracies.last() {
        println!("test accuracy: {accuracy:.4}");
    }
    figures.draw("train.png", (760, 360), |area| draw(&history, area))
}

// ANCHOR: teach
/// Trains from `position` on, with a checkpoint in `save` after every epoch and at Ctrl-C.
///
/// # Errors
/// If the file cannot be written or training diverges.
pub fn teach<F: Float, N: Layer<F>>(
    trainer: &Trainer,
    position: &mut Position,
    network: &mut N,
    adam: &mut Adam<F>,
    data: (&Dataset, &Dataset),
    save: Option<&Path>,
) -> Result<History> {
    trainer.fit_from(position, network, adam, data, |network, adam, position| {
        let flow = interrupt::flow();
        let epoch_over = position.step == 0;
        if let Some(file) = save.filter(|_| epoch_over || flow == ControlFlow::Break(())) {
            checkpoint::save(file, network, adam, trainer, position)?;
        }
        Ok(flow)
    })
}
// ANCHOR_END: teach

/// The checkpoint to go on from and the file to save to.
fn files_of(flags: &TrainFlags, resume: &ResumeFlag) -> Result<(Option<PathBuf>, Option<PathBuf>)> {
    let from = match &resume.resume {
        None => None,
        Some(Some(file)) => Some(file.clone()),
        Some(None) => Some(flags.save.clone().ok_or_else(|| {
            Error::Invalid(
                "--resume without a file goes on from the one of --save FILE; name it".to_string(),
            )
        })?),
    };
    let save = flags.save.clone().or_else(|| from.clone());
    Ok((from, save))
}
