//! Style transfer: the image learns, the network stays as it is.

pub mod canvas;
pub mod drawn;
pub mod features;
pub mod figures;
pub mod filters;
pub mod frozen;
pub mod gallery;
pub mod gram;
pub mod learning;
pub mod mirror;
pub mod named;
pub mod noise;
pub mod normalise;
pub mod objective;
pub mod painting;
pub mod pictures;
pub mod section;
pub mod statistics;
pub mod textures;
pub mod total_variation;
pub mod vgg;

use clap::{Args, Subcommand};
use common::Result;
use common::program::Figures;

/// The flags of `style`.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Flags {
    #[command(subcommand)]
    of: Option<Of>,
    #[command(flatten)]
    one: section::Flags,
}

/// What there is besides one picture.
#[derive(Clone, Debug, Subcommand)]
enum Of {
    /// Teach the network to tell textures apart, for --features
    Textures(Box<learning::Flags>),
    /// The drawn landscape in every drawn manner, side by side
    Gallery(gallery::Flags),
}

/// One picture, all manners, or a network that learns textures.
///
/// # Errors
/// As those of the sections.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    match &flags.of {
        Some(Of::Textures(flags)) => learning::run(flags, figures),
        Some(Of::Gallery(flags)) => gallery::run(flags, figures),
        None => section::run(&flags.one, figures),
    }
}
