//! The sections of chapter 4 as subcommands; with none given, `train`.

use std::process::ExitCode;

use ch04_learning::{descent, gradient_field, loss, mini_batch, numerical_diff, simple_net, train};
use clap::{Parser, Subcommand};
use common::flags::OutFlag;
use common::program;

/// Chapter 4: learning from a loss.
///
/// Without a section, a network learns to read small digits from numerical gradients.
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
    /// What a wrong answer costs: squared error and cross entropy
    Loss(OutFlag),
    /// The loss of a few images against that of all
    MiniBatch(mini_batch::Flags),
    /// Slopes by trying, and how short a step may be
    NumericalDiff(OutFlag),
    /// The gradient of a bowl: numbers, arrows, surface
    GradientField(OutFlag),
    /// Three walks down the bowl: the right rate, too large, too small
    Descent(OutFlag),
    /// The gradient of a network with six weights
    SimpleNet,
    /// Learn to read small digits from numerical gradients (the main job)
    Train(train::Flags),
}

fn main() -> ExitCode {
    program::run("ch04", |cli: Cli, figures| {
        match cli.section.unwrap_or(Section::Train(cli.main)) {
            Section::Loss(_) => loss::run(figures),
            Section::MiniBatch(flags) => mini_batch::run(&flags, figures),
            Section::NumericalDiff(_) => numerical_diff::run(figures),
            Section::GradientField(_) => gradient_field::run(figures),
            Section::Descent(_) => descent::run(figures),
            Section::SimpleNet => {
                simple_net::run();
                Ok(())
            }
            Section::Train(flags) => train::run(&flags, figures),
        }
    })
}
