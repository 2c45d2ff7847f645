//! The sections of chapter 5 as subcommands; with none given, `train`.

use std::process::ExitCode;

use ch05_backprop::{
    apple, apple_orange, approximate, export, gradient_check, regression, speed, train, xor,
};
use clap::{Args, Parser, Subcommand};
use common::Result;
use common::cli::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag, TrainFlags};

/// Chapter 5: backpropagation.
///
/// Without a section, trains the two-layer network on digits.
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
    /// Two apples with tax: forward, and back
    Apple(OutFlag),
    /// Apples and oranges: where two flows meet
    AppleOrange(OutFlag),
    /// Backpropagation against numerical gradients, layer by layer
    GradientCheck(SeedFlag),
    /// How much faster backpropagation is
    Speed(Speed),
    /// Learn to read digits (the main job)
    Train(Train),
    /// Learn XOR
    Xor(Small),
    /// Learn sin x with 4, 16 and 64 hidden units
    Approximate(Small),
    /// Learn a quantity instead of classes
    Regression(Small),
    /// Train the network of chapter 3 and write its weights
    Export(Export),
}

#[derive(Args)]
struct Train {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    train: TrainFlags,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

#[derive(Args)]
struct Speed {
    #[command(flatten)]
    data: DataFlags,
    /// Images in the batch
    #[arg(long, value_name = "N", default_value = "100", value_parser = cli::count)]
    batch_size: usize,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
}

#[derive(Args)]
struct Small {
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    out: OutFlag,
}

#[derive(Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.001")))]
#[command(mut_arg("epochs", |arg| arg.default_value("20")))]
struct Export {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    train: TrainFlags,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
}

fn main() -> ExitCode {
    cli::run(|cli: Cli| run(cli.section.unwrap_or(Section::Train(cli.main))))
}

fn run(section: Section) -> Result<()> {
    let figures = |out: OutFlag| out.figures("ch05");
    match section {
        Section::Apple(out) => apple::run(&figures(out)?),
        Section::AppleOrange(out) => apple_orange::run(&figures(out)?),
        Section::GradientCheck(flags) => gradient_check::run(flags.seed),
        Section::Speed(flags) => {
            flags.threads.apply()?;
            speed::run(&flags.data, flags.batch_size, flags.seed.seed)
        }
        Section::Train(flags) => {
            flags.threads.apply()?;
            train::run(&flags.data, &flags.train, flags.seed.seed, &figures(flags.out)?)
        }
        Section::Xor(flags) => xor::run(flags.seed.seed, &figures(flags.out)?),
        Section::Approximate(flags) => approximate::run(flags.seed.seed, &figures(flags.out)?),
        Section::Regression(flags) => regression::run(flags.seed.seed, &figures(flags.out)?),
        Section::Export(flags) => {
            flags.threads.apply()?;
            export::run(&flags.data, &flags.train, flags.seed.seed)
        }
    }
}
