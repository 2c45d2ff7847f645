//! What `gpu` says in a program that was built without it.

use clap::Args;
use common::program::Figures;
use common::{Error, Result};

/// Whatever stands behind `gpu`.
#[derive(Clone, Debug, Args)]
#[command(disable_help_flag = true)]
pub struct Flags {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    rest: Vec<String>,
}

/// Says how to ask for it.
///
/// # Errors
/// Always.
pub fn run(flags: &Flags, _figures: &Figures) -> Result<()> {
    let section = [&["gpu".to_string()], &flags.rest[..]].concat().join(" ");
    Err(Error::Invalid(format!(
        "this program was built without the graphics card, to save you the compiling; ask for it with: cargo run -p ch08_deep --features gpu -- {section}"
    )))
}
