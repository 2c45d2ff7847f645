//! `console` blocks: what a run printed, as a test has checked it.

/// Shows the wildcard of the tests, `[..]`, as an ellipsis: to a reader it says that this part
/// differs from run to run.
pub fn render(block: &str) -> String {
    block.replace("[..]", "…")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_wildcard_is_an_ellipsis() {
        assert_eq!(super::render("took [..] s\nx[0..2]\n"), "took … s\nx[0..2]\n");
    }
}
