//! What a reader may mistype: one clear line, a status other than 0, and nothing lost; and every
//! section on the built-in digits, in small.

use std::fs;

use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch06_techniques"));

#[track_caller]
fn refused(arguments: &[&str], because: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("file"), "not a folder").expect("a temporary file");
    PROGRAM.refuses(folder.path(), arguments, because);
}

#[test]
fn numbers_that_make_no_sense() {
    refused(&["init", "--steps", "0"], "'--steps <N>': expected a whole number of at least 1");
    refused(&["batch-norm", "--epochs", "many"], "expected a whole number of at least 1");
    refused(&["dropout", "--runs", "0"], "'--runs <N>': expected a whole number");
    refused(&["hyperparameters", "--trials", "-1"], "'-1'");
    refused(&["pitfalls", "--seed", "x"], "invalid value 'x'");
    refused(
        &["weight-decay", "--data", "digits", "--train-size", "60001"],
        "more than the 60000 training images",
    );
    for section in ["early-stopping", "hyperparameters"] {
        refused(&[section, "--data", "digits", "--train-size", "4"], "at least 10 images");
    }
}

#[test]
fn words_that_are_not_known() {
    refused(&["momentum"], "momentum");
    refused(&["optimizers", "--steps", "3"], "'--steps'");
    refused(&["init", "--data", "cifar"], "auto, mnist, digits");
}

#[test]
fn folders_that_are_not_there() {
    refused(&["init", "--data-dir", "nowhere"], "the folder nowhere does not exist");
    refused(&["init", "--data", "mnist", "--offline"], "--offline forbids");
    refused(&["--out", "file/figures"], "cannot create the folder file/figures");
}

#[test]
fn every_section_runs_on_the_built_in_digits() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let digits = ["--data", "digits", "--train-size", "130"];
    let steps = ["--steps", "3", "--runs", "2"];
    let epochs = ["--epochs", "2", "--runs", "2"];
    let trials = ["--epochs", "2", "--trials", "3"];
    let cases: [(&str, &[&str], &[&str]); 10] = [
        ("optimizers", &[], &["optimizers.png"]),
        (
            "activations",
            &[],
            &["activations-sigmoid.png", "activations-tanh.png", "activations-relu.png"],
        ),
        ("optimizers-mnist", &steps, &["optimizers-mnist.png"]),
        ("init", &steps, &["init.png"]),
        ("batch-norm", &epochs, &["batch-norm.png"]),
        ("weight-decay", &epochs, &["weight-decay.png"]),
        ("dropout", &epochs, &["dropout.png"]),
        ("early-stopping", &epochs, &["early-stopping.png"]),
        ("hyperparameters", &trials, &["hyperparameters.png", "hyperparameters.csv"]),
        ("pitfalls", &steps, &["pitfalls.png"]),
    ];
    for (section, flags, files) in cases {
        let data: &[&str] = if flags.is_empty() { &[] } else { &digits };
        let arguments = [&[section], flags, data].concat();
        let output = PROGRAM.run(folder.path(), &arguments);
        assert!(output.status.success(), "{section}: {output:?}");
        let text = String::from_utf8_lossy(&output.stdout);
        for file in files {
            assert!(text.contains(&format!("figures/ch06/{file}\n")), "{section}: {text}");
            assert!(folder.path().join("figures/ch06").join(file).exists(), "{file}");
        }
    }
    let table = fs::read_to_string(folder.path().join("figures/ch06/hyperparameters.csv"))
        .expect("the table is there");
    assert_eq!(table.lines().count(), 1 + 3, "a heading and three trials: {table}");
    assert!(table.starts_with("learning_rate,lambda,train_accuracy,validation_accuracy\n"));
}

#[test]
fn help_names_every_section() {
    PROGRAM.helps_with(&[
        "optimizers",
        "optimizers-mnist",
        "activations",
        "init",
        "batch-norm",
        "weight-decay",
        "dropout",
        "early-stopping",
        "hyperparameters",
        "pitfalls",
    ]);
}
