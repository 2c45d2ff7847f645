//! The sections of `gpu`.

use clap::{Args, Subcommand};
use common::Result;
use common::program::Figures;

use super::{bench, info, matmul, train};

/// The flags of `gpu`.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Flags {
    #[command(subcommand)]
    section: Option<Section>,
    #[command(flatten)]
    main: train::Flags,
}

#[derive(Clone, Debug, Subcommand)]
enum Section {
    /// Which adapters there are, which is taken and why
    Info(AdapterFlag),
    /// One matrix product, from a thread for each number to tiles in registers; the card's roofline
    Matmul(matmul::Flags),
    /// Learn to read digits on the card (the main job)
    Train(Box<train::Flags>),
    /// How fast the book's networks learn, on the processor and on the card
    Bench(bench::Flags),
}

/// Which card.
#[derive(Clone, Debug, Args)]
pub struct AdapterFlag {
    /// The adapter whose name contains this [default: the best]
    #[arg(long, value_name = "NAME")]
    pub adapter: Option<String>,
}

/// One of the sections; without one, the training.
///
/// # Errors
/// As those of the sections.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    match &flags.section {
        Some(Section::Info(flags)) => info::run(flags),
        Some(Section::Matmul(flags)) => matmul::run(flags, figures),
        Some(Section::Train(flags)) => train::run(flags, figures),
        Some(Section::Bench(flags)) => bench::run(flags),
        None => train::run(&flags.main, figures),
    }
}
