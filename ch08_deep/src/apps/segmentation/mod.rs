//! Segmentation: a class for every pixel.

pub mod digits;
pub mod drive;
pub mod fcn;
pub mod labelled;
pub mod learning;
pub mod report;
pub mod roads;
pub mod segnet;
pub mod stamps;
pub mod strips;

use clap::{Args, Subcommand};
use common::Result;
use common::program::Figures;

/// The flags of `segment`.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Flags {
    #[command(subcommand)]
    of: Option<Of>,
    #[command(flatten)]
    digits: digits::Flags,
}

/// What there is besides digits.
#[derive(Clone, Debug, Subcommand)]
enum Of {
    /// A SegNet on drawn roads, and a car that steers by its answer
    Roads(Box<roads::Flags>),
    /// Transposed convolution and unpooling in small numbers
    Stamps,
}

/// Digits in scenes, roads, or small numbers.
///
/// # Errors
/// As those of the sections.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    match &flags.of {
        Some(Of::Roads(flags)) => roads::run(flags, figures),
        Some(Of::Stamps) => stamps::run(),
        None => digits::run(&flags.digits, figures),
    }
}
