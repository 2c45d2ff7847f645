//! The sections of chapter 6 as subcommands; with none given, `optimizers`.

use std::process::ExitCode;

use ch06_techniques::experiment::Runs;
use ch06_techniques::hyperparameters::Search;
use ch06_techniques::{
    activations, batch_norm, dropout, early_stopping, hyperparameters, init, optimizers,
    optimizers_mnist, pitfalls, weight_decay,
};
use clap::{Args, Parser, Subcommand};
use common::Result;
use common::cli::{self, DataFlags, Figures, OutFlag, SeedFlag, ThreadsFlag};

/// Chapter 6: techniques.
///
/// Without a section, shows six optimizers on their way down a valley.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    section: Option<Section>,
    #[command(flatten)]
    main: OutFlag,
}

#[derive(Subcommand)]
enum Section {
    /// Six optimizers on their way down a valley (the main job)
    Optimizers(OutFlag),
    /// The same optimizers on digits
    OptimizersMnist(Steps),
    /// What becomes of samples on their way through five layers
    Activations(Seeded),
    /// Three spreads of the initial weights
    Init(Steps),
    /// Sixteen spreads, with batch normalisation and without
    #[command(mut_arg("train_size", |arg| arg.default_value("1000")))]
    BatchNorm(Epochs),
    /// A price on large weights, against learning by heart
    #[command(mut_arg("train_size", |arg| arg.default_value("300")))]
    #[command(mut_arg("epochs", |arg| arg.default_value("201")))]
    WeightDecay(Epochs),
    /// Units that are silenced at random, against learning by heart
    #[command(mut_arg("train_size", |arg| arg.default_value("300")))]
    #[command(mut_arg("epochs", |arg| arg.default_value("201")))]
    Dropout(Epochs),
    /// Stopping while it is best
    #[command(mut_arg("train_size", |arg| arg.default_value("1000")))]
    #[command(mut_arg("epochs", |arg| arg.default_value("100")))]
    EarlyStopping(Epochs),
    /// A random search for the learning rate and the weight decay
    Hyperparameters(Trials),
    /// Five mistakes and what each looks like
    #[command(mut_arg("steps", |arg| arg.default_value("1000")))]
    Pitfalls(Steps),
}

#[derive(Args)]
struct Seeded {
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// What all experiments on digits have in common.
#[derive(Args)]
struct Digits {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

#[derive(Args)]
struct Steps {
    /// How many batches each run learns from
    #[arg(long, value_name = "N", default_value = "2000", value_parser = cli::count)]
    steps: usize,
    #[command(flatten)]
    runs: Runs,
    #[command(flatten)]
    digits: Digits,
}

#[derive(Args)]
struct Epochs {
    /// How often every image is seen
    #[arg(long, value_name = "N", default_value = "20", value_parser = cli::count)]
    epochs: usize,
    #[command(flatten)]
    runs: Runs,
    #[command(flatten)]
    digits: Digits,
}

#[derive(Args)]
#[command(mut_arg("train_size", |arg| arg.default_value("500")))]
struct Trials {
    /// How many pairs of learning rate and λ are tried
    #[arg(long, value_name = "N", default_value = "100", value_parser = cli::count)]
    trials: usize,
    /// How often every image is seen in each trial
    #[arg(long, value_name = "N", default_value = "50", value_parser = cli::count)]
    epochs: usize,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    digits: Digits,
}

fn main() -> ExitCode {
    cli::run(|cli: Cli| run(cli.section.unwrap_or(Section::Optimizers(cli.main))))
}

fn run(section: Section) -> Result<()> {
    match section {
        Section::Optimizers(out) => optimizers::run(&figures(&out)?),
        Section::OptimizersMnist(flags) => flags.run(optimizers_mnist::run),
        Section::Activations(flags) => activations::run(flags.seed.seed, &figures(&flags.out)?),
        Section::Init(flags) => flags.run(init::run),
        Section::BatchNorm(flags) => flags.run(batch_norm::run),
        Section::WeightDecay(flags) => flags.run(weight_decay::run),
        Section::Dropout(flags) => flags.run(dropout::run),
        Section::EarlyStopping(flags) => flags.run(early_stopping::run),
        Section::Hyperparameters(flags) => {
            let Trials { trials, epochs, seed, digits } = flags;
            let search = Search { trials, epochs, seed: seed.seed };
            hyperparameters::run(&digits.data, search, &digits.begin()?)
        }
        Section::Pitfalls(flags) => flags.run(pitfalls::run),
    }
}

/// How long, how often, on which data, and where the figures go.
type Experiment = fn(&DataFlags, usize, Runs, &Figures) -> Result<()>;

impl Steps {
    fn run(self, experiment: Experiment) -> Result<()> {
        experiment(&self.digits.data, self.steps, self.runs, &self.digits.begin()?)
    }
}

impl Epochs {
    fn run(self, experiment: Experiment) -> Result<()> {
        experiment(&self.digits.data, self.epochs, self.runs, &self.digits.begin()?)
    }
}

impl Digits {
    fn begin(&self) -> Result<Figures> {
        self.threads.apply()?;
        figures(&self.out)
    }
}

fn figures(out: &OutFlag) -> Result<Figures> {
    out.figures("ch06")
}
