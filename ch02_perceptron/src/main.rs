//! The sections of chapter 2 as subcommands; with none given, `gates`, `boundary` and `xor`.

use std::process::ExitCode;

use ch02_perceptron::{boundary, gates, learn, xor};
use clap::{Args, Parser, Subcommand};
use common::Result;
use common::cli::{self, OutFlag};

/// Chapter 2: the perceptron.
///
/// Without a section, shows the gates, their lines, and XOR in two layers.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    section: Option<Section>,
    #[command(flatten)]
    out: OutFlag,
}

#[derive(Subcommand)]
enum Section {
    /// AND, OR and NAND by choice of weights and bias
    Gates,
    /// A perceptron is a straight line, and no line separates XOR
    Boundary(OutFlag),
    /// XOR from NAND, OR and AND in two layers; a computer from NANDs
    Xor(OutFlag),
    /// Rosenblatt's rule finds AND, OR and NAND, and never settles on XOR
    Learn(Learn),
}

/// As many epochs as fit in memory: XOR keeps a record of each.
fn epochs(text: &str) -> Result<usize, String> {
    match cli::count(text)? {
        n if n <= 100_000 => Ok(n),
        _ => Err("expected at most 100000".to_string()),
    }
}

fn whole(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "expected a whole number, such as 7".to_string())
}

#[derive(Args)]
struct Learn {
    /// How far each correction goes
    #[arg(long, value_name = "X", default_value = "1", value_parser = cli::positive)]
    learning_rate: f64,
    /// When to give up
    #[arg(long, value_name = "N", default_value = "20", value_parser = epochs)]
    epochs: usize,
    /// Begin with random weights from this seed instead of zeros
    #[arg(long, value_name = "N", value_parser = whole)]
    seed: Option<u64>,
    #[command(flatten)]
    out: OutFlag,
}

fn main() -> ExitCode {
    cli::run(|cli: Cli| match cli.section {
        Some(section) => run(section),
        None => all(&cli.out),
    })
}

/// The chapter's main job.
fn all(out: &OutFlag) -> Result<()> {
    let figures = out.figures("ch02")?;
    gates::run();
    println!();
    boundary::run(&figures)?;
    println!();
    xor::run(&figures)
}

fn run(section: Section) -> Result<()> {
    match section {
        Section::Gates => gates::run(),
        Section::Boundary(out) => boundary::run(&out.figures("ch02")?)?,
        Section::Xor(out) => xor::run(&out.figures("ch02")?)?,
        Section::Learn(Learn { learning_rate, epochs, seed, out }) => {
            let settings = learn::Settings { rate: learning_rate, epochs, seed };
            learn::run(&settings, &out.figures("ch02")?)?;
        }
    }
    Ok(())
}
