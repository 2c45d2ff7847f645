//! `console` blocks: what a run printed, as a test has checked it.

/// Shows the wildcard of the tests, `[..]`, as an ellipsis: to a reader it says that this part
/// differs from run to run. The line with which a test says how a command ends, `? failed`, is not
/// printed by the program and not shown.
pub fn render(block: &str) -> String {
    let shown = block.split_inclusive('\n').filter(|line| !line.starts_with("? "));
    shown.collect::<String>().replace("[..]", "…")
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_for_the_tests_is_not_shown() {
        assert_eq!(super::render("$ x nowhere\n? failed\nerror: y\n"), "$ x nowhere\nerror: y\n");
        assert_eq!(super::render("took [..] s\nx[0..2]\n"), "took … s\nx[0..2]\n");
    }
}
