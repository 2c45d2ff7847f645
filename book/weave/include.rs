//! `{{#include file:anchor}}`: code on a page is always a part of a file that compiles.
//!
//! mdBook can do this too, but it prints an include that fails as it stands and shows nothing at
//! all for an anchor that is not there. A book whose code may go missing in silence is no proof of
//! anything, so here both stop the build.

use crate::Slip;
use std::{fs, path::Path};

/// A page with its includes filled in, which still knows where its lines came from.
#[derive(Debug, PartialEq)]
pub struct Expanded {
    /// The text of the page.
    pub text: String,
    /// For every line of `text`, the line of the page (from 0) that brought it in.
    pub origin: Vec<usize>,
}

/// Replaces every line `{{#include …}}` by the lines it asks for; paths are relative to `folder`,
/// the page's own.
///
/// After the path may follow `:name`, the part between `ANCHOR: name` and `ANCHOR_END: name`, or
/// `:from:to`, lines counted from 1, either of which may be left out. The lines move left together,
/// as far as the least indented of them allows, and take on the indentation of the directive.
/// `\{{#include …}}` stands for itself.
pub fn expand(source: &str, folder: &Path) -> Result<Expanded, Slip> {
    let mut expanded = Expanded { text: String::with_capacity(source.len()), origin: Vec::new() };
    for (number, line) in source.lines().enumerate() {
        let mut push = |indent: &str, line: &str| {
            if !line.is_empty() {
                expanded.text.push_str(indent);
            }
            expanded.text.push_str(line);
            expanded.text.push('\n');
            expanded.origin.push(number);
        };
        let directive = line.trim();
        if let Some(wanted) =
            directive.strip_prefix("{{#include ").and_then(|rest| rest.strip_suffix("}}"))
        {
            let indent = &line[..line.len() - line.trim_start().len()];
            for included in fetch(wanted.trim(), folder).map_err(|what| Slip::new(number, what))? {
                push(indent, &included);
            }
        } else if line.replace("\\{{#", "").contains("{{#") {
            let what = format!(
                "`{directive}`: only a line of its own, `{{{{#include path:anchor}}}}`, is understood"
            );
            return Err(Slip::new(number, what));
        } else {
            push("", &line.replace("\\{{#", "{{#"));
        }
    }
    Ok(expanded)
}

/// The lines that `path`, `path:anchor` or `path:from:to` names.
fn fetch(wanted: &str, folder: &Path) -> Result<Vec<String>, String> {
    let (path, part) = wanted.split_once(':').unwrap_or((wanted, ""));
    let text = fs::read_to_string(folder.join(path))
        .map_err(|error| format!("cannot include `{path}`: {error}"))?;
    let lines: Vec<&str> = text.lines().collect();
    let chosen = if part.is_empty() {
        &lines[..]
    } else if part.starts_with(|c: char| c.is_ascii_digit() || c == ':') {
        range(&lines, part)
            .ok_or(format!("`{path}` has {} lines, but `{part}` was asked for", lines.len()))?
    } else {
        anchored(&lines, part).ok_or(format!(
            "`{path}` has no `ANCHOR: {part}` that an `ANCHOR_END: {part}` closes"
        ))?
    };
    let chosen: Vec<&str> = chosen.iter().copied().filter(|line| mark(line).is_none()).collect();
    let margin = chosen
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| indent(line))
        .min()
        .unwrap_or(0);
    let mut lines: Vec<String> =
        chosen.iter().map(|line| line.get(margin..).unwrap_or("").to_string()).collect();
    if path.ends_with(".rs") {
        close(&mut lines);
    }
    Ok(lines)
}

/// Closes the blocks of Rust that a part leaves open, such as an `impl` of which it shows one method.
/// Formatted code ends a block with a bracket that stands as far in as the line that began it.
fn close(lines: &mut Vec<String>) {
    let mut open: Vec<usize> = Vec::new();
    for line in &*lines {
        if line.trim_start().starts_with('}') && open.last() == Some(&indent(line)) {
            open.pop();
        }
        let code = line.split("//").next().unwrap_or(line).trim_end();
        if code.ends_with('{') {
            open.push(indent(line));
        }
    }
    for indent in open.into_iter().rev() {
        lines.push(format!("{:indent$}    // …", ""));
        lines.push(format!("{:indent$}}}", ""));
    }
}

/// Lines `from:to`, both counted from 1 and both included; `from` alone is one line.
fn range<'a>(lines: &'a [&'a str], part: &str) -> Option<&'a [&'a str]> {
    let number =
        |text: &str, default| if text.is_empty() { Some(default) } else { text.parse().ok() };
    let (from, to) = match part.split_once(':') {
        Some((from, to)) => (number(from, 1)?, number(to, lines.len())?),
        None => (number(part, 1)?, number(part, 1)?),
    };
    lines.get(from.checked_sub(1)?..to)
}

/// The lines between the two marks of an anchor.
fn anchored<'a>(lines: &'a [&'a str], name: &str) -> Option<&'a [&'a str]> {
    let at = |key| lines.iter().position(|line| mark(line) == Some((key, name)));
    lines.get(at("ANCHOR")? + 1..at("ANCHOR_END")?)
}

/// Reads a comment that marks an anchor: its keyword and its name.
fn mark(line: &str) -> Option<(&str, &str)> {
    let mark = &line[line.find("ANCHOR")?..];
    let (key, name) = mark.split_once(':')?;
    matches!(key, "ANCHOR" | "ANCHOR_END")
        .then(|| (key, name.split_whitespace().next().unwrap_or("")))
}

/// How many blanks a line begins with.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "mod a;\nimpl A {\n    // ANCHOR: f\n    fn f() {\n\n        1\n    }\n    // ANCHOR_END: f\n}\n";

    fn try_expand(page: &str) -> Result<Expanded, Slip> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.rs"), CODE).unwrap();
        expand(page, folder.path())
    }

    #[test]
    fn an_anchor_brings_its_lines_without_the_marks_and_at_the_margin() {
        let page = try_expand("one\n{{#include a.rs:f}}\ntwo\n").unwrap();
        assert_eq!(page.text, "one\nfn f() {\n\n    1\n}\ntwo\n");
        assert_eq!(page.origin, [0, 1, 1, 1, 1, 2]);
    }

    #[test]
    fn a_block_that_a_part_leaves_open_is_closed() {
        let lines = |text: &str| text.lines().map(str::to_string).collect::<Vec<_>>();
        let closed = |text: &str| {
            let mut lines = lines(text);
            close(&mut lines);
            lines
        };
        let whole = "impl A {\n    fn f() {\n        if a {\n        } else {\n        }\n    }\n}";
        assert_eq!(closed(whole), lines(whole));
        let open = "impl A {\n    fn f() {\n        1\n    }";
        assert_eq!(closed(open), lines(&format!("{open}\n    // …\n}}")));
        let deeper = "mod m {\n    impl A {\n        fn f() {} // {";
        assert_eq!(closed(deeper), lines(&format!("{deeper}\n        // …\n    }}\n    // …\n}}")));
    }

    #[test]
    fn in_a_list_the_lines_keep_the_indentation_of_the_directive() {
        assert_eq!(
            try_expand("  {{#include a.rs:f}}\n").unwrap().text,
            "  fn f() {\n\n      1\n  }\n"
        );
    }

    #[test]
    fn a_range_counts_from_one_and_includes_both_ends() {
        assert_eq!(
            try_expand("{{#include a.rs:1:2}}").unwrap().text,
            "mod a;\nimpl A {\n    // …\n}\n"
        );
        assert_eq!(try_expand("{{#include a.rs:1}}").unwrap().text, "mod a;\n");
        assert!(try_expand("{{#include a.rs:5:99}}").unwrap_err().what.contains("has 9 lines"));
    }

    #[test]
    fn a_missing_file_is_a_slip_on_its_line() {
        let slip = try_expand("one\n\n{{#include b.rs}}\n").unwrap_err();
        assert_eq!(slip.line, 2);
        assert!(slip.what.starts_with("cannot include `b.rs`"), "{}", slip.what);
    }

    #[test]
    fn a_missing_anchor_is_a_slip_too() {
        let slip = try_expand("{{#include a.rs:g}}\n").unwrap_err();
        assert!(slip.what.contains("no `ANCHOR: g`"), "{}", slip.what);
    }

    #[test]
    fn another_directive_is_refused_unless_it_is_escaped() {
        assert!(try_expand("see {{#include a.rs}} here").is_err());
        assert!(try_expand("{{#playground a.rs}}").is_err());
        assert_eq!(try_expand("\\{{#include a.rs}}").unwrap().text, "{{#include a.rs}}\n");
    }
}
