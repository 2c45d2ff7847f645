//! Progress bars on standard error; nothing is drawn when that is not a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of `length` steps, which it calls `what`.
pub fn bar(length: usize, what: &str) -> ProgressBar {
    let template = format!("{{bar:30}} {{pos}}/{{len}} {what}, {{eta}} left");
    let style =
        ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length as u64).with_style(style)
}
