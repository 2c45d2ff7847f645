//! What the chapters' tests share.

use std::io::{self, Write};

mod exercise;
mod pages;

pub use exercise::Exercise;
pub use pages::check_pages;

/// Says that a test had nothing to test, and why, even though the test harness keeps what a test that
/// passes prints to itself.
pub fn skipped(why: &str) {
    // If standard error is closed, nobody is there to be told.
    let _ = writeln!(io::stderr(), "skipped: {why}");
}
