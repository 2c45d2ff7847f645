//! What a reader may mistype: one clear line, a status other than 0, and nothing lost.

use std::fs;
use std::process::Output;

use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch04_learning"));

#[track_caller]
fn refused(arguments: &[&str], because: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("file"), "not a folder, not weights").expect("a temporary file");
    PROGRAM.refuses(folder.path(), arguments, because);
}

#[test]
fn numbers_that_make_no_sense() {
    refused(&["--steps", "0"], "'--steps <N>': expected a whole number of at least 1");
    refused(&["--learning-rate", "nan"], "expected a number above 0");
    refused(&["--batch-size", "many"], "expected a whole number");
    refused(
        &["--data", "digits", "--train-size", "200", "--batch-size", "999999"],
        "choose a --batch-size of at most 200",
    );
    refused(&["mini-batch", "--data", "digits", "--train-size", "10"], "a --train-size above 10");
    refused(&["--threads", "0"], "'--threads <N>'");
}

#[test]
fn words_that_are_not_known() {
    refused(&["los"], "los");
    refused(&["--step", "3"], "'--steps'");
    refused(&["loss", "--steps", "3"], "'--steps'");
    refused(&["--data", "cifar"], "auto, mnist, digits");
}

#[test]
fn folders_and_files_that_are_not_there() {
    refused(&["--data-dir", "nowhere"], "the folder nowhere does not exist");
    refused(&["--data", "digits", "--weights", "nowhere.npz"], "cannot read nowhere.npz");
    refused(&["--data", "digits", "--weights", "file"], "not a whole .npz file");
    refused(&["loss", "--out", "file/figures"], "cannot create the folder file/figures");
    refused(&["--data", "digits", "--save", "file/w.npz"], "cannot create the folder file");
    refused(&["--data", "digits", "--save", "."], "is a folder");
}

#[test]
fn steps_too_long_to_learn() {
    let small = ["--data", "digits", "--train-size", "100", "--batch-size", "5", "--steps", "5"];
    let too_long = [&small[..], &["--learning-rate", "1e300"]].concat();
    refused(&too_long, "step 2 went wrong: the loss is NaN: the steps are too long; try a smaller");
    let saving = [&too_long[..], &["--save", "w.npz"]].concat();
    refused(
        &saving,
        "try a smaller --learning-rate; w.npz holds the weights from before that step",
    );
}

#[test]
fn training_goes_on_from_saved_weights() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let small = ["--data", "digits", "--train-size", "200", "--batch-size", "20", "--steps", "5"];
    let first = PROGRAM.run(folder.path(), &[&small[..], &["--save", "w.npz"]].concat());
    assert!(first.status.success(), "{first:?}");
    let text = String::from_utf8_lossy(&first.stdout);
    for line in [
        "data: built-in digits (200 train, 10000 test)\n",
        "970 weights, 1,940 forward passes a step\n",
        "39,760 weights, 79,520 forward passes a step\n",
        "\ntest accuracy: 0.",
        "\nfigure: figures/ch04/train.png\n",
    ] {
        assert!(text.contains(line), "{line:?} is missing in {text}");
    }
    let again = PROGRAM.run(folder.path(), &[&small[..], &["--weights", "w.npz"]].concat());
    assert!(again.status.success(), "{again:?}");
    // It begins where the first one ended.
    let accuracies = |output: &Output, step: &str| {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = text.lines().find(|line| line.starts_with(step)).expect("a report").to_string();
        line.split_once(", ").expect("loss, accuracies").1.to_string()
    };
    assert_eq!(accuracies(&again, "step    0"), accuracies(&first, "step    5"));
}

#[test]
fn help_names_every_section() {
    PROGRAM.helps_with(&[
        "loss",
        "mini-batch",
        "numerical-diff",
        "gradient-field",
        "descent",
        "simple-net",
        "train",
    ]);
}
