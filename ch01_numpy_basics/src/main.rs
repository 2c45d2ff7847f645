//! The sections of chapter 1 as subcommands; with none given, `arrays`, `plots` and `images`.

use std::path::PathBuf;
use std::process::ExitCode;

use ch01_numpy_basics::{images, making, picking, plots, reshaping, rust, shapes};
use clap::{Args, Parser, Subcommand};
use common::Result;
use common::cli::{self, DataFlags, Figures, OutFlag};

/// Chapter 1: Rust and ndarray for those who know Python and NumPy.
///
/// Without a section: arrays, then plots, then images.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    section: Option<Section>,
    #[command(flatten)]
    main: Main,
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
    Images(Images),
}

#[derive(Args)]
struct Images {
    /// A PNG picture of yours; without it, a small one of ours
    file: Option<PathBuf>,
    #[command(flatten)]
    main: Main,
}

#[derive(Args)]
#[command(mut_arg("train_size", |arg| {
    arg.default_value("40").value_parser(digits).help("Show the first N training images")
}))]
struct Main {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    out: OutFlag,
}

/// More digits than this make a figure that nobody looks at.
const MOST_DIGITS: usize = 200;

fn digits(text: &str) -> Result<usize, String> {
    match cli::count(text)? {
        n if n <= MOST_DIGITS => Ok(n),
        _ => Err(format!("expected at most {MOST_DIGITS}: a figure holds no more")),
    }
}

fn main() -> ExitCode {
    cli::run(|cli: Cli| run(cli.section, cli.main))
}

fn run(section: Option<Section>, main: Main) -> Result<()> {
    match section {
        None => {
            let figures = figures(main.out)?;
            arrays()?;
            println!();
            plots::run(&figures)?;
            images::run(None, &main.data, &figures)
        }
        Some(Section::Rust) => rust::run(),
        Some(Section::Arrays) => arrays(),
        Some(Section::Plots(out)) => plots::run(&figures(out)?),
        Some(Section::Images(Images { file, main })) => {
            let figures = figures(main.out)?;
            images::run(file.as_deref(), &main.data, &figures)
        }
    }
}

fn arrays() -> Result<()> {
    making::run();
    shapes::run();
    picking::run();
    reshaping::run()
}

fn figures(out: OutFlag) -> Result<Figures> {
    out.figures("ch01")
}
