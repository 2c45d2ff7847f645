//! One page: Markdown in, Markdown out, with everything of ours replaced by HTML.

use crate::{Fault, Slip, console, curves, figure, formula, graph, grid, include, shapes, volumes};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd};
use std::{ops::Range, path::Path};

/// The Markdown that mdBook reads, so that both see the same page, and formulas.
const MARKDOWN: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_MATH);

/// Weaves one page. `name` is what a fault calls the page; `folder` is where its paths begin.
pub fn weave(source: &str, name: &Path, folder: &Path) -> Result<String, Fault> {
    let fault =
        |slip: Slip| Fault { file: name.to_path_buf(), line: slip.line + 1, what: slip.what };
    let include::Expanded { text, origin } = include::expand(source, folder).map_err(fault)?;
    let text = escape_prices(text);
    replace(&text, folder).map_err(|slip| {
        // A slip on a line that an include brought in is reported at the include.
        let line = origin.get(slip.line).or(origin.last()).copied().unwrap_or(0);
        fault(Slip { line, ..slip })
    })
}

/// Escapes the first dollar of what Markdown takes for a formula but no author means as one:
/// `$5,$10` are two prices, and `$5 or ` and then code that begins with a dollar is one.
fn escape_prices(mut text: String) -> String {
    loop {
        let price =
            Parser::new_ext(&text, MARKDOWN).into_offset_iter().find_map(|(event, range)| {
                let Event::InlineMath(latex) = event else { return None };
                let digit_follows = text[range.end..].starts_with(|c: char| c.is_ascii_digit());
                (digit_follows || latex.contains('`')).then_some(range.start)
            });
        match price {
            Some(dollar) => text.insert(dollar, '\\'),
            None => return text,
        }
    }
}

/// Replaces formulas, diagrams, console blocks and figures in one pass over the page; a slip has a
/// line of `text`.
fn replace(text: &str, folder: &Path) -> Result<String, Slip> {
    let line_at = |offset: usize| text[..offset].matches('\n').count();
    let moved_to =
        |offset: usize| move |slip: Slip| Slip { line: line_at(offset) + slip.line, ..slip };
    let mut woven = String::with_capacity(2 * text.len());
    let mut done = 0;
    let mut put = |range: Range<usize>, html: &str| {
        woven.push_str(&text[done..range.start]);
        woven.push_str(html);
        done = range.end;
    };

    let mut paragraph = 0..0;
    let mut events = Parser::new_ext(text, MARKDOWN).into_offset_iter();
    while let Some((event, range)) = events.next() {
        let start = range.start;
        match event {
            Event::InlineMath(latex) => {
                let html = formula::render(&latex, false).map_err(moved_to(start))?;
                let (range, html) = with_its_stop(text, range, html);
                put(range, &html);
            }
            Event::DisplayMath(latex) => {
                put(range, &formula::render(&latex, true).map_err(moved_to(start))?)
            }
            Event::Text(_) => {
                check_dollars(text, range.clone()).map_err(moved_to(start))?;
                for space in before_units(&text[range]) {
                    put(start + space..start + space + 1, "\u{a0}");
                }
            }
            Event::Html(html) if html.contains('$') => {
                let what = "a `$` in HTML, where no formula is seen: put it on a line of Markdown, after an empty one";
                return Err(Slip::new(line_at(start), what));
            }
            Event::Start(Tag::Paragraph) => paragraph = range,
            Event::Start(Tag::Image { dest_url, title, .. }) => {
                if text[paragraph.clone()].trim_end() != &text[range.clone()] {
                    return Err(Slip::new(
                        line_at(start),
                        "an image stands in a paragraph of its own",
                    ));
                }
                let mut alt = String::new();
                for (event, _) in
                    events.by_ref().take_while(|(event, _)| *event != Event::End(TagEnd::Image))
                {
                    match event {
                        Event::Text(words) | Event::Code(words) => alt.push_str(&words),
                        Event::SoftBreak | Event::HardBreak => alt.push(' '),
                        _ => {
                            return Err(Slip::new(
                                line_at(start),
                                "the text of an image is plain, without markup",
                            ));
                        }
                    }
                }
                put(
                    range,
                    &figure::render(&alt, &dest_url, &title, folder).map_err(moved_to(start))?,
                );
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let mut code = String::new();
                for (event, _) in
                    events.by_ref().take_while(|(event, _)| *event != Event::End(TagEnd::CodeBlock))
                {
                    if let Event::Text(part) = event {
                        code.push_str(&part);
                    }
                }
                // The first line of the block is its fence.
                match language(&kind) {
                    "graph" => put(
                        range,
                        &graph::render(&code).map_err(moved_to(start)).map_err(next_line)?,
                    ),
                    "grid" => put(
                        range,
                        &grid::render(&code).map_err(moved_to(start)).map_err(next_line)?,
                    ),
                    "shapes" => put(
                        range,
                        &shapes::render(&code).map_err(moved_to(start)).map_err(next_line)?,
                    ),
                    "curves" => put(
                        range,
                        &curves::render(&code).map_err(moved_to(start)).map_err(next_line)?,
                    ),
                    "volumes" => put(
                        range,
                        &volumes::render(&code).map_err(moved_to(start)).map_err(next_line)?,
                    ),
                    "console" => put(range.clone(), &console::render(&text[range])),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    woven.push_str(&text[done..]);
    Ok(woven)
}

/// A formula together with the full stop or the bracket after it, which shall not begin a line.
fn with_its_stop(text: &str, range: Range<usize>, html: String) -> (Range<usize>, String) {
    let after = &text[range.end..];
    let stop = after.len() - after.trim_start_matches(['.', ',', ';', ':', ')']).len();
    match stop {
        0 => (range, html),
        _ => {
            let html = format!("<span class=\"nowrap\">{html}{}</span>", &after[..stop]);
            (range.start..range.end + stop, html)
        }
    }
}

/// Where in a text the space between a number and its unit is, which shall not end a line.
fn before_units(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices(' ').map(|(at, _)| at).filter(|&at| {
        let unit = text[at + 1..].split(|c: char| !c.is_alphabetic() && c != '%').next();
        text[..at].ends_with(|c: char| c.is_ascii_digit())
            && ["%", "s", "ms", "µs", "kB", "MB", "GB"].contains(&unit.unwrap_or_default())
    })
}

/// The language of a fenced block, without what may follow it: `rust` of `rust,ignore`.
fn language<'a>(kind: &'a CodeBlockKind<'a>) -> &'a str {
    match kind {
        CodeBlockKind::Fenced(info) => CowStr::as_ref(info).split([',', ' ']).next().unwrap_or(""),
        CodeBlockKind::Indented => "",
    }
}

fn next_line(slip: Slip) -> Slip {
    Slip { line: slip.line + 1, ..slip }
}

/// A dollar that Markdown left in the text is a price, is escaped, or is half a formula, which
/// nobody means to print.
fn check_dollars(text: &str, range: Range<usize>) -> Result<(), Slip> {
    for (offset, _) in text[range.clone()].match_indices('$') {
        let at = range.start + offset;
        let price = text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
        if !price && !text[..at].ends_with('\\') {
            let what = "a `$` without its partner: close the formula (no blank line or list inside), or write `\\$` for a dollar";
            return Err(Slip::new(text[range.start..at].matches('\n').count(), what));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(source: &str) -> Result<String, Fault> {
        weave(source, Path::new("book/src/page.md"), Path::new("."))
    }

    #[test]
    fn formulas_in_prose_become_mathml() {
        let html = page("The sum $x + y$ and\n\n$$\nx^2\n  \\cdot y\n$$\n\nend\n").unwrap();
        assert!(html.starts_with("The sum <span class=\"formula\"><math>"), "{html}");
        assert!(
            html.contains("\n\n<span class=\"formula display\"><math display=\"block\">"),
            "{html}"
        );
        assert!(!html.contains('$'), "{html}");
    }

    #[test]
    fn code_and_prices_and_escaped_dollars_are_left_alone() {
        for text in [
            "`$x$`\n",
            "```sh\necho $HOME $x$\n```\n",
            "From $5 to $10 a piece.\n",
            "\\$x\\$\n",
            "    $x$\n",
        ] {
            assert_eq!(page(text).unwrap(), text);
        }
        assert_eq!(page("$5,$6 each\n").unwrap(), "\\$5,$6 each\n");
        assert_eq!(page("It is $5 or `$x$`.\n").unwrap(), "It is \\$5 or `$x$`.\n");
        let mixed = page("It costs $5,$6 or $x$.\n").unwrap();
        assert!(mixed.starts_with("It costs \\$5,$6 or <span"), "{mixed}");
    }

    #[test]
    fn the_stop_after_a_formula_stays_with_it() {
        let html = page("Let (as in $x$), $y$: then $z$ or\n$z$. Good.\n").unwrap();
        for stop in [
            "</math></span>),</span>",
            "</math></span>:</span> then",
            "</math></span>.</span> Good.",
        ] {
            assert!(html.contains(stop), "{html}");
        }
        assert!(html.contains("</math></span> or"), "{html}");
    }

    #[test]
    fn a_number_stays_with_its_unit() {
        let html = page("97 % in 17 s, not 5 seconds; `4 ms`, and 3 |\n").unwrap();
        assert_eq!(html, "97\u{a0}% in 17\u{a0}s, not 5 seconds; `4 ms`, and 3 |\n");
    }

    #[test]
    fn formulas_may_stand_in_quotes_lists_and_tables_but_not_in_html() {
        let quote = page("> so\n>\n> $$\n> x\n> \\cdot y\n> $$\n").unwrap();
        assert!(
            quote.contains("> <span class=\"formula display\">") && !quote.contains("&gt;"),
            "{quote}"
        );
        let list = page("- one\n\n  $$\n  x^2\n  $$\n").unwrap();
        assert!(list.contains("\n  <span class=\"formula display\">"), "{list}");
        assert!(page("| a |\n|---|\n| $x$ |\n").unwrap().contains("| <span class=\"formula\">"));
        assert_eq!(page("one\n\n<div>\n$x$\n</div>\n").unwrap_err().line, 4);
    }

    #[test]
    fn a_bad_formula_is_a_fault_on_its_line() {
        let fault = page("# One\n\ntext and\nmore $\\frac{1}$\n").unwrap_err();
        assert_eq!(fault.line, 4);
        assert!(
            fault.to_string().starts_with("book/src/page.md:4: formula `\\frac{1}`: "),
            "{fault}"
        );
        assert_eq!(page("one\n\n$$\nx\n\\foo\n$$\n").unwrap_err().line, 5);
    }

    #[test]
    fn half_a_formula_is_a_fault() {
        assert_eq!(page("one\n\n$$\na\n+ b\n$$\n").unwrap_err().line, 3);
        assert_eq!(page("one $x + y\n").unwrap_err().line, 1);
    }

    #[test]
    fn diagrams_become_svg_and_their_slips_have_a_line() {
        let html = page("text\n```graph\ntitle: T\nx -> y\n```\nmore\n").unwrap();
        assert!(html.contains("<svg") && html.contains("</figure>\n\nmore"), "{html}");
        assert_eq!(page("text\n\n```graph\ntitle: T\nx > y\n```\n").unwrap_err().line, 5);
        assert!(
            page("```shapes\ntitle: T\nx 3 -> Affine W 3×2 -> y 2\n```\n")
                .unwrap()
                .contains("Affine")
        );
        assert!(page("```volumes\ntitle: T\nx 1×2×3\n```\n").unwrap().contains("polygon"));
        let curve = page("```curves\ntitle: T\nx: 0 1\ny: 0 1\na: 0 0, 1 1\n```\n").unwrap();
        assert!(curve.contains("polyline"));
        assert!(page("```grid\ntitle: T\n[1] 2\n```\n").unwrap().contains("cell first"));
        assert_eq!(page("text\n\n```grid\ntitle: T\n1 2]\n```\n").unwrap_err().line, 5);
    }

    #[test]
    fn console_wildcards_become_an_ellipsis_but_code_keeps_its_ranges() {
        let source = "```console\n$ run\n[..] s\n```\n\n```rust\na[..]\n```\n";
        assert_eq!(page(source).unwrap(), "```console\n$ run\n… s\n```\n\n```rust\na[..]\n```\n");
    }

    #[test]
    fn an_image_inside_a_sentence_or_without_a_file_is_a_fault() {
        assert!(
            page("see ![a](b.png \"c\") here\n").unwrap_err().what.contains("paragraph of its own")
        );
        let fault = page("one\n\n![a](none.png \"c\")\n").unwrap_err();
        assert!(fault.line == 3 && fault.what.contains("none.png"), "{fault}");
    }

    #[test]
    fn a_fault_after_an_include_still_counts_the_lines_of_the_page() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.rs"), "1\n2\n3\n").unwrap();
        let source = "```rust\n{{#include a.rs}}\n```\n\n$\\foo$\n";
        assert_eq!(weave(source, Path::new("p.md"), folder.path()).unwrap_err().line, 5);
    }
}
