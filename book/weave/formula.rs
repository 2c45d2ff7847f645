//! `$…$` and `$$…$$`: LaTeX becomes MathML while the book is built, so a page needs no script and
//! no font to show it.

use crate::Slip;
use math_core::{LatexToMathML, MathDisplay};

/// Turns one formula, without its dollars, into a `<span>` of MathML on a single line that Markdown
/// leaves alone.
pub fn render(latex: &str, display: bool) -> Result<String, Slip> {
    let (mode, class) = if display {
        (MathDisplay::Block, "formula display")
    } else {
        (MathDisplay::Inline, "formula")
    };
    let converted =
        LatexToMathML::default().convert_with_local_state(latex, mode).map_err(|error| {
            let before = latex.get(..error.0.start).unwrap_or(latex);
            let whole = latex.split_whitespace().collect::<Vec<_>>().join(" ");
            Slip::new(
                before.matches('\n').count(),
                format!("formula `{whole}`: {}", error.error_message()),
            )
        })?;
    Ok(format!("<span class=\"{class}\">{}</span>", shield(&converted.mathml)))
}

/// Hides the text between tags from Markdown, to which `*`, `_` or `'` would mean something, as
/// character references.
fn shield(mathml: &str) -> String {
    let mut shielded = String::with_capacity(2 * mathml.len());
    let (mut in_tag, mut in_entity) = (false, false);
    for c in mathml.chars() {
        match c {
            '<' => in_tag = true,
            '&' => in_entity = true,
            _ => {}
        }
        match c {
            '\n' => shielded.push(' '),
            c if c.is_ascii_punctuation() && !in_tag && !in_entity => {
                shielded.push_str(&format!("&#{};", c as u32))
            }
            c => shielded.push(c),
        }
        match c {
            '>' => in_tag = false,
            ';' => in_entity = false,
            _ => {}
        }
    }
    shielded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_one_line_of_mathml() {
        let html = render("\\begin{pmatrix} a & b \\\\\n c & d \\end{pmatrix}", true).unwrap();
        assert!(
            html.starts_with("<span class=\"formula display\"><math display=\"block\">"),
            "{html}"
        );
        assert!(html.contains("<mtable") && !html.contains('\n'), "{html}");
    }

    #[test]
    fn markdown_finds_no_markup_inside() {
        let html = render("a * b * c < \\text{it's}", false).unwrap();
        assert!(!html.contains(['*', '_', '\'']), "{html}");
        assert!(html.contains("&lt;"), "{html}");
    }

    #[test]
    fn a_bad_formula_names_itself_and_its_line() {
        let slip = render("x +\n\\frac{1}{2} + \\foo", true).unwrap_err();
        assert_eq!(slip.line, 1);
        assert!(
            slip.what.contains("formula `x + \\frac{1}{2} + \\foo`") && slip.what.contains("\\foo"),
            "{}",
            slip.what
        );
    }
}
