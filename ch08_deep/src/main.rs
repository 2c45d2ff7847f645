//! The sections of chapter 8 as subcommands; with none given, `train`.

use std::path::PathBuf;
use std::process::ExitCode;

use ch08_deep::family::FamilyFlags;
use ch08_deep::{
    bench, best, evaluate, googlenet, half, misclassified, resnet, threads, train, variations, vgg,
};
use clap::{Args, Parser, Subcommand};
use common::Result;
use common::cli::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag};
use common::program::job::Job;

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
    /// Images shifted, turned, bent while the network learns: what they look like and are worth
    Augment(variations::Flags),
    /// Everything at once: one network of at most a million parameters, as good as we can make it
    Best(best::Best),
    /// Numbers of 16 bits: what they do to weights, answers and gradients
    Half(half::Flags),
    /// Read the test images with weights from a file
    Evaluate(Evaluate),
    /// The digits that are still read wrong
    Misclassified(Misclassified),
    /// One step on 1, 2 and more threads: faster, and the same bits
    #[command(mut_arg("batch_size", |arg| arg.value_parser(measured)))]
    Threads(threads::Flags),
    /// How fast the book's networks learn and read
    #[command(mut_arg("batch_size", |arg| arg.value_parser(measured)))]
    Bench(bench::Flags),
    /// A small VGG: 3×3 upon 3×3, beside large filters
    Vgg(FamilyFlags),
    /// A small GoogLeNet: inception blocks, beside plain 5×5
    Googlenet(FamilyFlags),
    /// Small ResNets: 8, 20 and 32 layers with shortcuts and without
    Resnet(Resnet),
}

/// As many images in one step as memory is likely to hold: they are made for the measurement.
fn measured(text: &str) -> Result<usize, String> {
    match cli::count(text)? {
        n if n <= 10_000 => Ok(n),
        _ => Err("expected at most 10000".to_string()),
    }
}

#[derive(Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.001")))]
#[command(mut_arg("epochs", |arg| arg.default_value("3")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("50")))]
#[command(mut_arg("schedule", |arg| arg.default_value("cosine")))]
struct Train {
    #[command(flatten)]
    job: Job,
}

#[derive(Args)]
struct Evaluate {
    #[command(flatten)]
    data: DataFlags,
    /// Weights (.npz) with the filters W1 16×1×3×3 … W6 64×64×3×3, W7 1024×50, W8 50×10, and b1 … b8
    #[arg(long, value_name = "FILE")]
    weights: PathBuf,
    #[command(flatten)]
    threads: ThreadsFlag,
}

#[derive(Args)]
struct Misclassified {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    source: misclassified::Source,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

#[derive(Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.05")))]
#[command(mut_arg("epochs", |arg| arg.default_value("6")))]
#[command(mut_arg("train_size", |arg| arg.default_value("5000")))]
struct Resnet {
    #[command(flatten)]
    depths: resnet::Depths,
    #[command(flatten)]
    family: FamilyFlags,
    #[command(flatten)]
    out: OutFlag,
}

fn main() -> ExitCode {
    cli::run(|cli: Cli| run(cli.section.unwrap_or(Section::Train(cli.main))))
}

fn run(section: Section) -> Result<()> {
    match section {
        Section::Train(flags) => train::run(&flags.job),
        Section::Augment(flags) => variations::run(&flags),
        Section::Best(flags) => best::run(&flags),
        Section::Half(flags) => half::run(&flags),
        Section::Evaluate(flags) => {
            flags.threads.apply()?;
            evaluate::run(&flags.data, &flags.weights)
        }
        Section::Misclassified(flags) => {
            flags.threads.apply()?;
            let figures = flags.out.figures("ch08")?;
            misclassified::run(&flags.data, &flags.source, flags.seed.seed, &figures)
        }
        Section::Threads(flags) => threads::run(&flags),
        Section::Bench(flags) => bench::run(&flags),
        Section::Vgg(flags) => {
            flags.compare.threads.apply()?;
            vgg::run(&flags)
        }
        Section::Googlenet(flags) => {
            flags.compare.threads.apply()?;
            googlenet::run(&flags)
        }
        Section::Resnet(flags) => {
            flags.family.compare.threads.apply()?;
            resnet::run(&flags.family, &flags.depths, &flags.out.figures("ch08")?)
        }
    }
}
