//! The sections of chapter 3 as subcommands; with none given, `infer`.

use std::process::ExitCode;

use ch03_forward::{
    activations, classify, digits, infer, matrix, softmax, three_layer, two_two_one,
};
use clap::{Parser, Subcommand};
use common::flags::OutFlag;
use common::program;

/// Chapter 3: inference.
///
/// Without a section, a trained network reads the 10,000 test images.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    section: Option<Section>,
    #[command(flatten)]
    main: infer::Flags,
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
    Digits(digits::Flags),
    /// A trained network reads the test images (the main job)
    Infer(infer::Flags),
    /// Read a digit in a picture of yours
    Classify(classify::Flags),
}

fn main() -> ExitCode {
    program::run("ch03", |cli: Cli, figures| {
        match cli.section.unwrap_or(Section::Infer(cli.main)) {
            Section::Activations(_) => activations::run(figures),
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
            Section::Digits(flags) => digits::run(&flags, figures),
            Section::Infer(flags) => infer::run(&flags, figures),
            Section::Classify(flags) => classify::run(&flags, figures),
        }
    })
}
