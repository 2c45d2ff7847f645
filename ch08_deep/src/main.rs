//! The sections of chapter 8 as subcommands; with none given, `train`.

use std::process::ExitCode;

use ch08_deep::{googlenet, resnet, train, vgg};
use clap::{Args, Parser, Subcommand};
use common::Result;
use common::cli::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag, TrainFlags};
use common::compare::CompareFlags;

/// Chapter 8: deep networks.
///
/// Without a section, trains the deep convolutional network on digits.
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
    /// Learn to read digits (the main job)
    Train(Train),
    /// A small VGG: 3×3 upon 3×3, beside large filters
    Vgg(CompareFlags),
    /// A small GoogLeNet: inception blocks, beside plain 5×5
    Googlenet(CompareFlags),
    /// Small ResNets: 8, 20 and 32 layers with shortcuts and without
    Resnet(Resnet),
}

#[derive(Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.001")))]
#[command(mut_arg("epochs", |arg| arg.default_value("3")))]
struct Train {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    train: TrainFlags,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
}

#[derive(Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.05")))]
#[command(mut_arg("epochs", |arg| arg.default_value("10")))]
#[command(mut_arg("train_size", |arg| arg.default_value("10000")))]
struct Resnet {
    #[command(flatten)]
    depths: resnet::Depths,
    #[command(flatten)]
    compare: CompareFlags,
    #[command(flatten)]
    out: OutFlag,
}

fn main() -> ExitCode {
    cli::run(|cli: Cli| run(cli.section.unwrap_or(Section::Train(cli.main))))
}

fn run(section: Section) -> Result<()> {
    match section {
        Section::Train(flags) => {
            flags.threads.apply()?;
            train::run(&flags.data, &flags.train, flags.seed.seed)
        }
        Section::Vgg(flags) => {
            flags.threads.apply()?;
            vgg::run(&flags)
        }
        Section::Googlenet(flags) => {
            flags.threads.apply()?;
            googlenet::run(&flags)
        }
        Section::Resnet(flags) => {
            flags.compare.threads.apply()?;
            resnet::run(&flags.compare, &flags.depths, &flags.out.figures("ch08")?)
        }
    }
}
