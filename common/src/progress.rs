//! How long work gets on: bars on standard error, where that is a terminal, and lines.

use std::io::{self, Write};

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of `length` steps, which it calls `what`.
pub fn bar(length: usize, what: &str) -> ProgressBar {
    let template = format!("{{bar:30}} {{pos}}/{{len}} {what}, {{eta}} left");
    let style =
        ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length as u64).with_style(style)
}

/// Prints a line on standard output; false if nobody takes it any more. (`println!` would panic, and
/// with it would go what was learned.)
pub fn tell(line: &str) -> bool {
    writeln!(io::stdout(), "{line}").is_ok()
}

/// Prints a line on standard error; where that is closed or full, nothing is lost but the line.
pub fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
