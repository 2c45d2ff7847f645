//! The sections of chapter 8 as subcommands; with none given, `train`.

use std::process::ExitCode;

use ch08_deep::{best, train, variations};
use clap::{Args, Parser, Subcommand};
use common::Result;
use common::cli;
use common::training::Job;

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
}

#[derive(Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.001")))]
#[command(mut_arg("epochs", |arg| arg.default_value("3")))]
struct Train {
    #[command(flatten)]
    job: Job,
}

fn main() -> ExitCode {
    cli::run(|cli: Cli| run(cli.section.unwrap_or(Section::Train(cli.main))))
}

fn run(section: Section) -> Result<()> {
    match section {
        Section::Train(flags) => train::run(&flags.job),
        Section::Augment(flags) => variations::run(&flags),
        Section::Best(flags) => best::run(&flags),
    }
}
