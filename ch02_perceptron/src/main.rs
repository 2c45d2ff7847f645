//! The sections of chapter 2 as subcommands; with none given, `gates`, `boundary` and `xor`.

use std::process::ExitCode;

use ch02_perceptron::{boundary, gates, learn, xor};
use clap::{Parser, Subcommand};
use common::Result;
use common::flags::OutFlag;
use common::program::{self, Figures};

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
    Learn(learn::Flags),
}

fn main() -> ExitCode {
    program::run("ch02", |cli: Cli, figures| match cli.section {
        None => all(figures),
        Some(Section::Gates) => {
            gates::run();
            Ok(())
        }
        Some(Section::Boundary(_)) => boundary::run(figures),
        Some(Section::Xor(_)) => xor::run(figures),
        Some(Section::Learn(flags)) => learn::run(&flags, figures),
    })
}

/// The chapter's main job.
fn all(figures: &Figures) -> Result<()> {
    gates::run();
    println!();
    boundary::run(figures)?;
    println!();
    xor::run(figures)
}
