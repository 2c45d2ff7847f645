//! The sections of chapter 7 as subcommands; with none given, `train`.

use std::path::PathBuf;
use std::process::ExitCode;

use ch07_cnn::{
    alexnet, compare, convolution, evaluate, feature_maps, filters, gradient_check, lenet, pooling,
    three_ways, train,
};
use clap::{Args, Parser, Subcommand};
use common::Result;
use common::cli::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag};
use common::program::comparison::CompareFlags;
use common::program::job::Job;

/// Chapter 7: convolutional networks.
///
/// Without a section, trains the convolutional network on digits.
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
    /// A filter slides over an image: padding, stride, channels, sizes
    Convolution,
    /// Seven loops, whole-batch im2col and the fast convolution: times and memory
    Im2col(Im2col),
    /// Max and average pooling, and what a shift by one pixel changes
    Pooling,
    /// Every layer of the chapter against numerical gradients
    GradientCheck(SeedFlag),
    /// Learn to read digits (the main job)
    Train(Train),
    /// Read the test images with weights from a file
    Evaluate(Evaluate),
    /// The first layer's filters before and after training
    Filters(Filters),
    /// A picture through the trained filters
    FeatureMaps(FeatureMaps),
    /// LeNet-5 of 1998, beside two other networks
    Lenet(CompareFlags),
    /// A small AlexNet, beside two other networks
    Alexnet(CompareFlags),
}

#[derive(Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.001")))]
#[command(mut_arg("epochs", |arg| arg.default_value("5")))]
#[command(mut_arg("schedule", |arg| arg.default_value("cosine")))]
struct Train {
    #[command(flatten)]
    job: Job,
}

#[derive(Args)]
struct Im2col {
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
}

#[derive(Args)]
struct Evaluate {
    #[command(flatten)]
    data: DataFlags,
    /// Weights (.npz) with W1 30×1×5×5, b1, W2 4320×100, b2, W3 100×10, b3
    #[arg(long, value_name = "FILE")]
    weights: PathBuf,
    #[command(flatten)]
    threads: ThreadsFlag,
}

#[derive(Args)]
struct Filters {
    #[command(flatten)]
    source: filters::Source,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

#[derive(Args)]
struct FeatureMaps {
    /// Any picture, PNG or JPEG; without one, a house is drawn
    #[arg(value_name = "FILE")]
    picture: Option<PathBuf>,
    #[command(flatten)]
    filters: Filters,
}

fn main() -> ExitCode {
    cli::run(|cli: Cli| run(cli.section.unwrap_or(Section::Train(cli.main))))
}

fn run(section: Section) -> Result<()> {
    let figures = |out: OutFlag| out.figures("ch07");
    match section {
        Section::Convolution => convolution::run(),
        Section::Im2col(flags) => {
            flags.threads.apply()?;
            three_ways::run(flags.seed.seed)
        }
        Section::Pooling => pooling::run(),
        Section::GradientCheck(flags) => gradient_check::run(flags.seed),
        Section::Train(flags) => train::run(&flags.job),
        Section::Evaluate(flags) => {
            flags.threads.apply()?;
            evaluate::run(&flags.data, &flags.weights)
        }
        Section::Filters(flags) => {
            flags.threads.apply()?;
            filters::run(&flags.source, flags.seed.seed, &figures(flags.out)?)
        }
        Section::FeatureMaps(FeatureMaps { picture, filters: flags }) => {
            flags.threads.apply()?;
            let figures = figures(flags.out)?;
            feature_maps::run(picture.as_deref(), &flags.source, flags.seed.seed, &figures)
        }
        Section::Lenet(flags) => compare_with(("LeNet-5", lenet::lenet), &flags),
        Section::Alexnet(flags) => compare_with(("AlexNet", alexnet::alexnet), &flags),
    }
}

fn compare_with(network: (&'static str, compare::Maker), flags: &CompareFlags) -> Result<()> {
    flags.threads.apply()?;
    compare::run(network, flags)
}
