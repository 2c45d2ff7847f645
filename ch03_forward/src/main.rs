//! The sections of chapter 3 as subcommands; with none given, `infer`.

use std::path::PathBuf;
use std::process::ExitCode;

use ch03_forward::{
    activations, classify, digits, infer, matrix, softmax, three_layer, two_two_one,
};
use clap::{Args, Parser, Subcommand};
use common::Result;
use common::cli::{self, DataFlags, OutFlag, ThreadsFlag};

/// Chapter 3: inference.
///
/// Without a section, a trained network reads the 10,000 test images.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    section: Option<Section>,
    #[command(flatten)]
    main: Infer,
}

#[derive(Subcommand)]
enum Section {
    /// Six activation functions and their derivatives
    Activations(OutFlag),
    /// Matrix products: shapes that fit, and shapes that do not
    Matrix,
    /// A network of three layers, number by number
    ThreeLayer,
    /// A network of three neurons, number by number
    TwoTwoOne,
    /// From scores to probabilities, without overflow
    Softmax,
    /// A page of the images and labels in use
    Digits(Digits),
    /// A trained network reads the test images (the main job)
    Infer(Infer),
    /// Read a digit in a picture of yours
    Classify(Classify),
}

#[derive(Args)]
struct Digits {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    out: OutFlag,
}

#[derive(Args)]
#[command(mut_arg("train_size", |arg| arg.hide(true)))] // the test images are what counts here
struct Infer {
    #[command(flatten)]
    data: DataFlags,
    /// Images that go through the network together
    #[arg(long, value_name = "N", default_value = "100", value_parser = cli::count)]
    batch_size: usize,
    /// Read with these weights (.npz) instead of those that come with the book
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

#[derive(Args)]
struct Classify {
    /// A picture of one digit, PNG or JPEG
    file: PathBuf,
    /// Read with these weights (.npz) instead of those that come with the book
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    #[command(flatten)]
    out: OutFlag,
}

fn main() -> ExitCode {
    cli::run(|cli: Cli| run(cli.section.unwrap_or(Section::Infer(cli.main))))
}

fn run(section: Section) -> Result<()> {
    let figures = |out: OutFlag| out.figures("ch03");
    match section {
        Section::Activations(out) => activations::run(&figures(out)?),
        Section::Matrix => matrix::run(),
        Section::ThreeLayer => {
            three_layer::run();
            Ok(())
        }
        Section::TwoTwoOne => {
            two_two_one::run();
            Ok(())
        }
        Section::Softmax => {
            softmax::run();
            Ok(())
        }
        Section::Digits(flags) => digits::run(&flags.data, &figures(flags.out)?),
        Section::Infer(flags) => {
            flags.threads.apply()?;
            let figures = figures(flags.out)?;
            infer::run(&flags.data, flags.weights.as_deref(), flags.batch_size, &figures)
        }
        Section::Classify(flags) => {
            classify::run(&flags.file, flags.weights.as_deref(), &figures(flags.out)?)
        }
    }
}
