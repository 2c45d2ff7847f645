//! The sections of chapter 6 as subcommands; with none given, `optimizers`.

use std::process::ExitCode;

use ch06_techniques::experiment::Steps;
use ch06_techniques::{
    activations, batch_norm, dropout, early_stopping, hyperparameters, init, optimizers,
    optimizers_mnist, pitfalls, weight_decay,
};
use clap::{Parser, Subcommand};
use common::flags::OutFlag;
use common::program;

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
    Activations(activations::Flags),
    /// Three spreads of the initial weights
    Init(Steps),
    /// Sixteen spreads, with batch normalisation and without
    BatchNorm(batch_norm::Flags),
    /// A price on large weights, against learning by heart
    WeightDecay(weight_decay::Flags),
    /// Units that are silenced at random, against learning by heart
    Dropout(dropout::Flags),
    /// Stopping while it is best
    EarlyStopping(early_stopping::Flags),
    /// A random search for the learning rate and the weight decay
    Hyperparameters(hyperparameters::Flags),
    /// Five mistakes and what each looks like
    Pitfalls(pitfalls::Flags),
}

fn main() -> ExitCode {
    program::run("ch06", |cli: Cli, figures| {
        match cli.section.unwrap_or(Section::Optimizers(cli.main)) {
            Section::Optimizers(_) => optimizers::run(figures),
            Section::OptimizersMnist(flags) => optimizers_mnist::run(&flags, figures),
            Section::Activations(flags) => activations::run(&flags, figures),
            Section::Init(flags) => init::run(&flags, figures),
            Section::BatchNorm(flags) => batch_norm::run(&flags, figures),
            Section::WeightDecay(flags) => weight_decay::run(&flags, figures),
            Section::Dropout(flags) => dropout::run(&flags, figures),
            Section::EarlyStopping(flags) => early_stopping::run(&flags, figures),
            Section::Hyperparameters(flags) => hyperparameters::run(&flags, figures),
            Section::Pitfalls(flags) => pitfalls::run(&flags, figures),
        }
    })
}
