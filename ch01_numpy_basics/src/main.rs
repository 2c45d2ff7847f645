//! The sections of chapter 1 as subcommands; with none given, `arrays`, `plots` and `images`.

use std::process::ExitCode;

use ch01_numpy_basics::{images, making, picking, plots, reshaping, rust, shapes};
use clap::{Parser, Subcommand};
use common::Result;
use common::flags::OutFlag;
use common::program::{self, Figures};

/// Chapter 1: Rust and ndarray for those who know Python and NumPy.
///
/// Without a section: arrays, then plots, then images.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    section: Option<Section>,
    #[command(flatten)]
    main: images::Main,
}

#[derive(Subcommand)]
enum Section {
    /// Numbers, variables, lists, dictionaries, functions, a struct
    Rust,
    /// Arrays beside their NumPy spelling
    Arrays,
    /// Sine, and sine with cosine
    Plots(OutFlag),
    /// A picture as an array, and digits with their labels
    Images(images::Flags),
}

fn main() -> ExitCode {
    program::run("ch01", |cli: Cli, figures| match cli.section {
        None => all(cli.main, figures),
        Some(Section::Rust) => rust::run(),
        Some(Section::Arrays) => arrays(),
        Some(Section::Plots(_)) => plots::run(figures),
        Some(Section::Images(flags)) => images::run(&flags, figures),
    })
}

/// The chapter's main job.
fn all(main: images::Main, figures: &Figures) -> Result<()> {
    arrays()?;
    println!();
    plots::run(figures)?;
    images::run(&main.into(), figures)
}

fn arrays() -> Result<()> {
    making::run();
    shapes::run();
    picking::run();
    reshaping::run()
}
