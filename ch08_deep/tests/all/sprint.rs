//! The sprint: what it prints, and that a seed decides everything but the time.

use testing::Program;

const SMALL: [&str; 7] = ["sprint", "--data", "digits", "--train-size", "200", "--width", "2"];

fn run(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = Program(env!("CARGO_BIN_EXE_ch08_deep"));
    let output = program.run(folder.path(), &[&SMALL[..], arguments].concat());
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_seed_gives_one_accuracy_whatever_the_number_of_threads() {
    let accuracies = |threads: &str| {
        let text = run(&["--runs", "2", "--threads", threads]);
        assert!(text.contains("mean of 2: "), "{text}");
        let lines = text.lines().filter(|line| line.starts_with("seed "));
        let of = |line: &str| line.rsplit(' ').next().map(String::from);
        lines.map(of).collect::<Vec<_>>()
    };
    let alone = accuracies("1");
    assert_eq!(alone.len(), 2);
    assert_ne!(alone[0], alone[1], "two seeds");
    assert_eq!(alone, accuracies("3"));
}

#[test]
fn kept_back_images_are_not_learned() {
    let text = run(&["--validate", "--batch-size", "100"]);
    assert!(text.contains("judged by 33 of the training images"), "{text}");
}

#[test]
fn what_does_not_fit_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = Program(env!("CARGO_BIN_EXE_ch08_deep"));
    for (arguments, because) in [
        (&["--batch-size", "201"][..], "a batch of 201 cannot be made of the 200 training images"),
        (&["--runs", "0"], "expected a whole number of at least 1"),
        (&["--schedule", "two-cycles"], "constant, cosine, one-cycle"),
    ] {
        program.refuses(folder.path(), &[&SMALL[..], arguments].concat(), because);
    }
    let python = ["bench", "two_layer", "--seconds", "0.01", "--against-torch", "no-such-python"];
    program.refuses(folder.path(), &python, "no-such-python: ");
}
