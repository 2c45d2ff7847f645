//! What the chapters' tests share.

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

mod exercise;
mod pages;
mod program;
mod same;

pub use exercise::Exercise;
pub use pages::{check_pages, check_pages_of_feature};
pub use program::Program;

/// Says that a test had nothing to test, and why, even though the test harness keeps what a test that
/// passes prints to itself.
pub fn skipped(why: &str) {
    // If standard error is closed, nobody is there to be told.
    let _ = writeln!(io::stderr(), "skipped: {why}");
}

/// The folder with the files of MNIST, which `MNIST_DIR` names from the root of the workspace; without it
/// says that the test is skipped.
pub fn mnist_folder() -> Option<PathBuf> {
    let folder = env::var_os("MNIST_DIR").filter(|dir| !dir.is_empty());
    if folder.is_none() {
        skipped("MNIST_DIR is not set");
    }
    folder.map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder))
}
