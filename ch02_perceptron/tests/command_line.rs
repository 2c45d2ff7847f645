//! What a reader may mistype: one clear line, a status other than 0, and nothing lost.

use std::fs;

use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch02_perceptron"));

#[track_caller]
fn refused(arguments: &[&str], because: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("file"), "not a folder").expect("a temporary file");
    PROGRAM.refuses(folder.path(), arguments, because);
    let file = fs::read_to_string(folder.path().join("file")).expect("the file is still there");
    assert_eq!(file, "not a folder");
}

#[test]
fn numbers_that_make_no_sense() {
    refused(&["learn", "--epochs", "0"], "expected a whole number of at least 1");
    refused(&["learn", "--learning-rate", "0"], "expected a number above 0");
    refused(&["learn", "--learning-rate", "inf"], "expected a number above 0");
    refused(&["learn", "--seed", "one"], "expected a whole number");
    refused(&["learn", "--seed", "-1"], "expected a whole number");
}

#[test]
fn corrections_too_large_for_a_number() {
    refused(&["learn", "--learning-rate", "1e308"], "try a smaller --learning-rate");
}

#[test]
fn words_that_are_not_known() {
    refused(&["gate"], "gate");
    refused(&["learn", "--epoch", "3"], "'--epochs'");
    refused(&["gates", "--out", "x"], "'--out'");
}

#[test]
fn folders_that_cannot_be_made() {
    for section in [&[][..], &["boundary"], &["xor"], &["learn"]] {
        refused(&[section, &["--out", "file"]].concat(), "file");
    }
}

/// The figures of one section, made and said to be made.
#[track_caller]
fn draws(arguments: &[&str], figures: &[&str]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = PROGRAM.run(folder.path(), arguments);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    for figure in figures {
        assert!(text.contains(&format!("figure: figures/ch02/{figure}\n")), "{figure}: {text}");
        let bytes = fs::read(folder.path().join("figures/ch02").join(figure)).expect("a figure");
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 5000, "{figure} is no picture");
    }
}

#[test]
fn every_section_draws_its_figures() {
    draws(&[], &["boundary.png", "xor_lines.png", "xor.png"]);
    draws(&["learn"], &["learn.png", "learn_lines.png"]);
}

#[test]
fn learning_can_end_early_or_begin_at_the_goal() {
    draws(&["learn", "--epochs", "1"], &["learn.png", "learn_lines.png"]);
    draws(&["learn", "--seed", "1", "--learning-rate", "1e300"], &["learn.png"]);
}

#[test]
fn help_names_every_section() {
    PROGRAM.helps_with(&["gates", "boundary", "xor", "learn"]);
}
