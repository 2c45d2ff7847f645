//! The sections of chapter 4 as subcommands; with none given, `train`.

use std::process::ExitCode;

use ch04_learning::{descent, gradient_field, loss, mini_batch, numerical_diff, simple_net, train};
use clap::{Args, Parser, Subcommand};
use common::Result;
use common::cli::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag};

/// Chapter 4: learning from a loss.
///
/// Without a section, a network learns to read small digits from numerical gradients.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    section: Option<Section>,
    #[command(flatten)]
    main: Train,
}

#[derive(Subcommand)]
enum Section {
    /// What a wrong answer costs: squared error and cross entropy
    Loss(OutFlag),
    /// The loss of a few images against that of all
    MiniBatch(MiniBatch),
    /// Slopes by trying, and how short a step may be
    NumericalDiff(OutFlag),
    /// The gradient of a bowl: numbers, arrows, surface
    GradientField(OutFlag),
    /// Three walks down the bowl: the right rate, too large, too small
    Descent(OutFlag),
    /// The gradient of a network with six weights
    SimpleNet,
    /// Learn to read small digits from numerical gradients (the main job)
    Train(Train),
}

#[derive(Args)]
struct MiniBatch {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    out: OutFlag,
}

#[derive(Args)]
struct Train {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    settings: train::Settings,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

fn main() -> ExitCode {
    cli::run(|cli: Cli| run(cli.section.unwrap_or(Section::Train(cli.main))))
}

fn run(section: Section) -> Result<()> {
    let figures = |out: OutFlag| out.figures("ch04");
    match section {
        Section::Loss(out) => loss::run(&figures(out)?),
        Section::MiniBatch(flags) => {
            mini_batch::run(&flags.data, flags.seed.seed, &figures(flags.out)?)
        }
        Section::NumericalDiff(out) => numerical_diff::run(&figures(out)?),
        Section::GradientField(out) => gradient_field::run(&figures(out)?),
        Section::Descent(out) => descent::run(&figures(out)?),
        Section::SimpleNet => {
            simple_net::run();
            Ok(())
        }
        Section::Train(flags) => {
            flags.threads.apply()?;
            train::run(&flags.data, &flags.settings, flags.seed.seed, &figures(flags.out)?)
        }
    }
}
