//! Three columns: how Python spells it, how Rust spells it, and what comes out.

use std::fmt::Debug;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};

/// Widths of the first two columns, in characters.
const PYTHON: usize = 27;
const RUST: usize = 29;
/// What fits on a line of a page.
const LINE: usize = 80;

/// Prints a line: the Python spelling, Rust as it stands in our source, and the value.
///
/// The Rust is an expression, or something done and an expression after it (`=>`), or a `let`.
///
/// ```
/// use ch01_numpy_basics::show;
/// show!("x = 7", let mut x = 7);
/// show!("x += 1; x // 3", x += 1 => x / 3);
/// ```
#[macro_export]
macro_rules! show {
    ($python:literal, let mut $name:ident = $value:expr) => {
        let mut $name = $value;
        $crate::show::row($python, concat!("let mut ", stringify!($name = $value)), &$name);
    };
    ($python:literal, let $name:ident = $value:expr) => {
        let $name = $value;
        $crate::show::row($python, concat!("let ", stringify!($name = $value)), &$name);
    };
    // ANCHOR: show
    ($python:literal, $first:expr => $then:expr) => {
        $first;
        $crate::show::row($python, stringify!($first; $then), &$then);
    };
    ($python:literal, $rust:expr) => {
        $crate::show::row($python, stringify!($rust), &$rust);
    };
    // ANCHOR_END: show
}

/// Prints a line whose value is what the program says when it stops: for expressions that panic.
#[macro_export]
macro_rules! show_panic {
    ($python:literal, $rust:expr) => {
        let message = $crate::show::panic_message(|| $rust);
        $crate::show::row_of_words($python, stringify!($rust), &message);
    };
}

/// Prints what the next lines are about, and the lines that `body` prints; an empty line keeps
/// topics apart.
pub fn topic<T>(words: &str, body: impl FnOnce() -> T) -> T {
    static STARTED: AtomicBool = AtomicBool::new(false);
    if STARTED.swap(true, Ordering::Relaxed) {
        println!();
    }
    println!("{words}");
    body()
}

/// Prints one line of the table, or several if the value has rows or something needs room.
pub fn row(python: &str, rust: &str, value: &(impl Debug + ?Sized)) {
    print!("{}", lines(python, rust, &plain(value)));
}

/// As [`row`], for a value that is already words.
pub fn row_of_words(python: &str, rust: &str, value: &str) {
    print!("{}", lines(python, rust, value));
}

fn lines(python: &str, rust: &str, value: &str) -> String {
    // `stringify!` keeps the line breaks of long expressions.
    let rust = rust.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ;", ";");
    let mut text = format!("  {python:<PYTHON$}");
    if python.chars().count() >= PYTHON {
        text += &format!("\n  {:PYTHON$}", "");
    }
    let mut start = 2 + PYTHON + RUST;
    let widest = value.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    text += &format!("{rust:<RUST$}");
    if rust.chars().count() >= RUST || start + widest > LINE {
        start = 2 + PYTHON + 2;
        text = format!("{}\n{:>start$}", text.trim_end(), "→ ");
    }
    let value = wrapped(value, LINE - start);
    text + &value.replace('\n', &format!("\n{:start$}", "")) + "\n"
}

/// The lines of a text, broken at spaces where they are longer than `width`.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        lines.push(String::new());
        for word in line.split_inclusive(' ') {
            let used = lines.last().map_or(0, |line| line.chars().count());
            if used > 0 && used + word.trim_end().chars().count() > width {
                lines.push(String::new());
            }
            if let Some(last) = lines.last_mut() {
                last.push_str(word);
            }
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// A value as `{:?}` writes it, without the strides and layout that `ndarray` adds.
fn plain(value: &(impl Debug + ?Sized)) -> String {
    let mut text = format!("{value:?}");
    if let Some(end) = text.find(", shape=[") {
        text.truncate(end);
        let wrapped = text.starts_with("Some(") || text.starts_with("Ok(");
        text += if wrapped { ")" } else { "" };
    }
    text
}

/// What `f` says when it panics.
///
/// For showing a panic, not for recovering from one: our programs check first, or use the calls
/// that return a `Result`.
pub fn panic_message<T>(f: impl FnOnce() -> T) -> String {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(|_| {})); // not on standard error as well
    let outcome = panic::catch_unwind(AssertUnwindSafe(f));
    panic::set_hook(usual);
    match outcome {
        Ok(_) => "no panic".to_string(),
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or(payload.downcast_ref::<&str>().copied()).unwrap_or_default();
            format!("panic: {text}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_line_has_three_columns() {
        let line = lines("x + y", "&x +\n    &y", &plain(&array![3.0, 6.0]));
        assert_eq!(line, format!("  {:<27}{:<29}{}\n", "x + y", "&x + &y", "[3.0, 6.0]"));
    }

    #[test]
    fn rows_of_a_matrix_stay_under_each_other() {
        let line = lines("A", "a", &plain(&array![[1, 2], [3, 4]]));
        let [first, second] = line.lines().collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert_eq!(first.find("[[1"), second.find(" [3"));
    }

    #[test]
    fn what_is_too_long_pushes_the_rest_down() {
        let long = "y".repeat(50);
        assert_eq!(lines("x", &long, "1").lines().nth(1), Some("                             → 1"));
        assert_eq!(lines(&long, "x", "1").lines().count(), 2);
        assert_eq!(lines(&long, &long, "1").lines().count(), 3);
    }

    #[test]
    fn long_lines_break_at_spaces() {
        assert_eq!(wrapped("one two three", 8), "one two\nthree");
        assert_eq!(wrapped("[[1, 2],\n [3, 4]]", 20), "[[1, 2],\n [3, 4]]");
        assert_eq!(wrapped("indivisible", 3), "indivisible");
    }

    #[test]
    fn values_are_written_without_their_layout() {
        assert_eq!(plain(&array![1.0, 2.5]), "[1.0, 2.5]");
        assert_eq!(plain(&Some(array![true])), "Some([true])");
        assert_eq!(plain("text"), "\"text\"");
    }

    #[test]
    fn a_panic_is_caught_and_quoted() {
        assert_eq!(panic_message(|| panic!("seven {}", 7)), "panic: seven 7");
        assert_eq!(panic_message(|| panic!("eight")), "panic: eight");
        assert_eq!(panic_message(|| 7), "no panic");
    }
}
