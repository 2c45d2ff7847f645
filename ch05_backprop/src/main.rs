//! The sections of chapter 5 as subcommands; with none given, `train`.

use std::process::ExitCode;

use ch05_backprop::{
    apple, apple_orange, approximate, export, gradient_check, regression, speed, train, xor,
};
use clap::{Parser, Subcommand};
use common::flags::{OutFlag, SeedFlag};
use common::program;

/// Chapter 5: backpropagation.
///
/// Without a section, trains the two-layer network on digits.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    section: Option<Section>,
    #[command(flatten)]
    main: train::Flags,
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
    Speed(speed::Flags),
    /// Learn to read digits (the main job)
    Train(train::Flags),
    /// Learn XOR
    Xor(xor::Flags),
    /// Learn sin x with 4, 16 and 64 hidden units
    Approximate(approximate::Flags),
    /// Learn a quantity instead of classes
    Regression(regression::Flags),
    /// Train the network of chapter 3 and write its weights
    Export(export::Flags),
}

fn main() -> ExitCode {
    program::run("ch05", |cli: Cli, figures| {
        match cli.section.unwrap_or(Section::Train(cli.main)) {
            Section::Apple(_) => apple::run(figures),
            Section::AppleOrange(_) => apple_orange::run(figures),
            Section::GradientCheck(flags) => gradient_check::run(&flags),
            Section::Speed(flags) => speed::run(&flags),
            Section::Train(flags) => train::run(&flags, figures),
            Section::Xor(flags) => xor::run(&flags, figures),
            Section::Approximate(flags) => approximate::run(&flags, figures),
            Section::Regression(flags) => regression::run(&flags, figures),
            Section::Export(flags) => export::run(&flags),
        }
    })
}
