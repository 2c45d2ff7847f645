//! The game from the command line: played, judged, drawn.

use std::path::PathBuf;

use clap::Args;
use common::flags;
use common::program::Figures;
use common::program::job::Job;
use common::{Error, Result};

use super::figures;
use super::generator::CLASSES;
use super::judge::Judge;
use super::learning::{GanStep, Rules, sizes};
use super::pair::Pair;
use super::report::{self, Report, samples};

/// How much of Adam's mean gradient lasts to the next step: an opponent who moves makes old gradients
/// worthless soon.
const BETA1: f32 = 0.5;
/// Maps of both networks where they have fewest.
const WIDTH: usize = 32;
/// After so many steps the figure of the progress shows an image, and at the end of an epoch after them.
const SHOTS: [usize; 7] = [0, 50, 100, 200, 400, 800, 1600];
/// The noise of figures and of the images that are judged: always the same.
const FIGURES: u64 = 5;
const JUDGED: u64 = 999;

/// The flags of `gan`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.0005")))]
#[command(mut_arg("epochs", |arg| arg.default_value("4")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("64").help("Real images in one step, and as many made ones")))]
#[command(mut_arg("schedule", |arg| arg.default_value("cosine")))]
#[command(mut_arg("examine", |arg| arg.hide(true)))]
pub struct Flags {
    #[command(flatten)]
    job: Job,
    /// Images that are made and judged when all is learned, and real ones to compare with
    #[arg(long, value_name = "N", default_value = "10000", value_parser = flags::count)]
    samples: usize,
    /// Judge with these weights, which `best --width 16 --save FILE` has learned, instead of those that
    /// come with the book
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    judge: Option<PathBuf>,
    /// Let the discriminator learn in every Nth step only; with 50, and --learning-rate 0.005, what is made
    /// loses its variety
    #[arg(long, value_name = "N", default_value = "1", value_parser = flags::count)]
    lag: usize,
    /// Teach the generator by ln(1 − D) instead of −ln D: it begins later, if at all
    #[arg(long)]
    saturating: bool,
}

/// Teaches both networks, and prints and draws what the generator makes.
///
/// # Errors
/// If data, checkpoint, weights or figures cannot be read or written, or training diverges.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    flags.job.refuse(&["--examine"])?;
    if flags.samples < CLASSES {
        return Err(Error::Invalid(format!(
            "--samples {}: expected at least {CLASSES}, one of each digit",
            flags.samples
        )));
    }
    let judge = Judge::load(flags.judge.as_deref())?;
    let mut training = flags.job.begin(|rng| Pair::new(WIDTH, rng))?.with_beta1(BETA1);
    let (train, test) = flags.job.digits()?;
    let [of_generator, of_discriminator] = sizes(&mut training.model);
    println!(
        "parameters: {of_generator} of the generator, {of_discriminator} of the discriminator"
    );
    let name = if flags.lag > 1 { "gan-lag" } else { "gan" };
    if flags.job.learns() {
        training.of(&train)?;
        let rules = Rules { lag: flags.lag, saturating: flags.saturating };
        let mut step = GanStep::new(&train, &judge, rules, flags.job.seed.seed);
        step.done = training.steps();
        step.keep_at = SHOTS.to_vec();
        let history = training.fit(&mut step)?;
        figures
            .draw(&format!("{name}-game.png"), (760, 330), |area| figures::game(&history, area))?;
        if !step.shots.is_empty() {
            let progress = figures::progress(&step.shots);
            let file = format!("{name}-progress.png");
            figures.draw(&file, progress.size(760), |area| progress.draw(area))?;
        }
    }
    let generator = &training.model.generator;
    let (images, digits) = samples(generator, flags.samples, JUDGED);
    let made = Report::of(&judge, &images, &digits);
    let [train, test] = [&train, &test].map(|data| Report::of_first(&judge, data, flags.samples));
    report::print(&made, &train, &test);
    let hands = figures::hands(generator, FIGURES);
    figures.draw(&format!("{name}.png"), hands.size(760), |area| hands.draw(area))?;
    let walks = figures::walks(generator, FIGURES);
    figures.draw(&format!("{name}-walk.png"), walks.size(760), |area| walks.draw(area))
}
