//! The trainings of the section `play`.

use std::path::{Path, PathBuf};

use clap::Args;
use common::flags::{self, OutFlag, SeedFlag, ThreadsFlag};
use common::model::parameter_count;
use common::program::Figures;
use common::progress;
use common::store::files;
use common::{Error, Result};
use rayon::prelude::*;

use super::agent::Settings;
use super::episode::{judge, mean};
use super::figures::{draw_episode, draw_returns};
use super::games::Game;
use super::kept;
use super::learning::{Training, Watch};

/// The seed of the episodes by which all are judged.
const JUDGE: u64 = 999;

/// The flags of a training. Each game has its own defaults.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    settings: Settings,
    /// Judge by so many fresh episodes, without a random action
    #[arg(long, value_name = "N", default_value = "100", value_parser = flags::count)]
    episodes: usize,
    /// Start anew so often, with seeds that follow each other, several at a time
    #[arg(long, value_name = "N", default_value = "1", value_parser = flags::count, conflicts_with_all = ["save", "resume"])]
    runs: usize,
    /// Write weights and all that --resume needs to this file (.npz), ten times in a training and at Ctrl-C
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    save: Option<PathBuf>,
    /// Go on from this checkpoint, or without FILE from that of --save, and save there again
    #[arg(long, value_name = "FILE", num_args = 0..=1, value_parser = flags::path())]
    resume: Option<Option<PathBuf>>,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Teaches an agent to play, once or several times, judges it by fresh episodes, and draws how it went.
///
/// # Errors
/// If files cannot be read or written, or a training diverges.
pub fn run(game: Game, flags: &Flags, figures: &Figures) -> Result<()> {
    let (from, save) = files_of(flags)?;
    if flags.settings.batch_size > flags.settings.replay {
        return Err(Error::Invalid(
            "a batch is drawn from what is remembered: choose a --batch-size of at most --replay"
                .to_string(),
        ));
    }
    if let Some(file) = &save {
        files::check_writable(file)?;
    }
    let progress = progress::bar(flags.settings.steps * flags.runs, "steps");
    let seeds = (0..flags.runs as u64).map(|run| flags.seed.seed.wrapping_add(run));
    let watch = Watch { save, report: flags.runs == 1, progress };
    let mut trainings = match from {
        Some(file) => vec![resumed(game, flags, &file)?],
        None => seeds
            .map(|seed| Training::start(game.new_game(), &flags.settings, seed))
            .collect::<Result<Vec<_>>>()?,
    };
    println!("parameters: {}", parameter_count(&mut trainings[0].agent.network));
    println!(
        "a random player: mean return {:.2}",
        random_player(game, &trainings[0], flags.episodes)
    );
    let done = trainings.iter().map(|training| training.step as u64).sum();
    watch.progress.set_position(done);
    trainings.par_iter_mut().try_for_each(|training| watch.train(training, &flags.settings))?;
    watch.progress.finish_and_clear();
    let returns = judged(game, flags, &trainings);
    if let Some(file) = &watch.save {
        println!("weights: {}", file.display());
    }
    let name = game.name();
    figures.draw(&format!("{name}.png"), (760, 380), |area| {
        draw_returns(area, game, &trainings, &returns)
    })?;
    let best = (0..trainings.len()).max_by(|&a, &b| returns[a].total_cmp(&returns[b])).unwrap_or(0);
    draw_episode(figures, game, &trainings[best].agent.network)
}

/// The mean points of fresh episodes after each training, printed too.
fn judged(game: Game, flags: &Flags, trainings: &[Training]) -> Vec<f64> {
    let judge = |training: &Training| {
        judge(&training.agent.network, game.new_game(), (flags.episodes, 0.0), JUDGE)
    };
    let all: Vec<Vec<f64>> = trainings.par_iter().map(judge).collect();
    for (run, (training, points)) in trainings.iter().zip(&all).enumerate() {
        let least = points.iter().copied().fold(f64::INFINITY, f64::min);
        println!(
            "seed {}: {} steps, training took {:.1} s; {} fresh episodes: mean return {:.2}, least {least}",
            flags.seed.seed.wrapping_add(run as u64),
            training.step,
            training.history.time.as_secs_f64(),
            points.len(),
            mean(points),
        );
    }
    let means: Vec<f64> = all.iter().map(|points| mean(points)).collect();
    if means.len() > 1 {
        let mut sorted = means.clone();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        let median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0;
        println!(
            "median of {n}: mean return {median:.2}, from {:.2} to {:.2}",
            sorted[0],
            sorted[n - 1]
        );
    }
    means
}

fn random_player(game: Game, training: &Training, episodes: usize) -> f64 {
    mean(&judge(&training.agent.network, game.new_game(), (episodes, 1.0), JUDGE))
}

fn resumed(game: Game, flags: &Flags, file: &Path) -> Result<Training> {
    let training = kept::load(file, game.new_game(), &flags.settings)?;
    if training.step >= flags.settings.steps {
        let problem = format!(
            "has played {} steps already, and --steps {} asks for no more; choose a larger number to go on",
            training.step, flags.settings.steps
        );
        return Err(Error::format(file, problem));
    }
    println!("resumed after {} steps", training.step);
    Ok(training)
}

/// The checkpoint to go on from and the file to save to.
fn files_of(flags: &Flags) -> Result<(Option<PathBuf>, Option<PathBuf>)> {
    let from = match &flags.resume {
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
