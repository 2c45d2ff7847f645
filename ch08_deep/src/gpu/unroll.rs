//! Loops that are written out: a small macro processor for WGSL.
//!
//! To be safe, wgpu counts the rounds of every loop and ends it after 2⁶⁴ of them. In a loop of a few
//! multiplications that counting is a good part of the work. A loop whose rounds are known needs none,
//! once it is none any more.

/// What marks a loop that is to be written out, at the end of the line it begins in.
const MARK: &str = "// unroll";

// ANCHOR: unroll
/// WGSL in which every loop marked with `// unroll` is written out: its body as often as it would run,
/// each time with the counter as a constant.
///
/// Such a loop is `for (var k = 0u; k < DEPTH; k++) { // unroll`, up to the line with its closing
/// brace; `rounds` knows what DEPTH is.
///
/// # Panics
/// If a marked line is no such loop, or has no end: a mistake in a kernel of this crate.
pub fn unrolled(source: &str, rounds: &dyn Fn(&str) -> Option<usize>) -> String {
    let mut lines = source.lines();
    let mut out = String::new();
    while let Some(line) = lines.next() {
        if !line.trim_end().ends_with(MARK) {
            out += line;
            out.push('\n');
            continue;
        }
        let (counter, end) = head(line).unwrap_or_else(|| panic!("no loop to write out: {line}"));
        let literal = end.trim_end_matches('u').parse().ok();
        let end = literal.or_else(|| rounds(end)).unwrap_or_else(|| panic!("how much is {end}?"));
        let body = unrolled(&body(&mut lines), rounds);
        for round in 0..end {
            out += &format!("{{ const {counter} = {round}u;\n{body}}}\n");
        }
    }
    out
}
// ANCHOR_END: unroll

/// The counter and the end of `for (var k = 0u; k < DEPTH; k++) {`.
fn head(line: &str) -> Option<(&str, &str)> {
    let (counter, rest) = line.trim().strip_prefix("for (var ")?.split_once(" = 0u; ")?;
    let (_, rest) = rest.split_once(" < ")?;
    Some((counter, rest.split_once(';')?.0))
}

/// The lines up to the brace that closes the loop, which has just begun.
fn body<'a>(lines: &mut impl Iterator<Item = &'a str>) -> String {
    let (mut depth, mut body) = (1, String::new());
    for line in lines {
        let code = line.split("//").next().unwrap_or_default();
        for brace in code.chars() {
            match brace {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => (),
            }
        }
        if depth == 0 {
            return body;
        }
        body += line;
        body.push('\n');
    }
    panic!("a loop has no end")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_loop_is_written_out_and_others_stay() {
        let source = "for (var i = 0u; i < N; i++) {\n  f(i);\n}\nfor (var k = 0u; k < N; k++) { // unroll\n  if (k > 0u) { g(k); }\n}\nh();\n";
        let expected = "for (var i = 0u; i < N; i++) {\n  f(i);\n}\n{ const k = 0u;\n  if (k > 0u) { g(k); }\n}\n{ const k = 1u;\n  if (k > 0u) { g(k); }\n}\nh();\n";
        assert_eq!(unrolled(source, &|name| (name == "N").then_some(2)), expected);
    }

    #[test]
    fn loops_within_loops() {
        let source = "for (var i = 0u; i < 2u; i++) { // unroll\nfor (var k = 0u; k < 2u; k++) { // unroll\nf(i, k);\n}\n}\n";
        let out = unrolled(source, &|_| None);
        assert_eq!(out.matches("f(i, k);").count(), 4);
        assert!(!out.contains("for"));
    }
}
