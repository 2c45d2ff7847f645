//! What a reader may mistype: one clear line, a status other than 0, and nothing lost.

use std::fs;
use std::process::Command;

use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch05_backprop"));

#[track_caller]
fn refused(arguments: &[&str], because: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("file"), "not a folder, not weights").expect("a temporary file");
    PROGRAM.refuses(folder.path(), arguments, because);
}

#[test]
fn numbers_that_make_no_sense() {
    refused(&["--epochs", "0"], "'--epochs <N>': expected a whole number of at least 1");
    refused(&["train", "--epochs", "-1"], "'--epochs <N>': expected a whole number of at least 1");
    refused(&["--seed", "-1"], "'--seed <N>': expected a whole number from 0 to 1844674");
    refused(&["--learning-rate", "nan"], "expected a number above 0");
    refused(&["--learning-rate", "-0.1"], "expected a number above 0");
    refused(&["--batch-size", "many"], "expected a whole number");
    refused(&["--batch-size", "18446744073709551615"], "at least 1 and at most 1000000");
    refused(&["--epochs", "18446744073709551616"], "at least 1 and at most 1000000");
    refused(&["--train-size", "0"], "expected a whole number of at least 1");
    refused(&["--threads", "100000"], "100000 is not in 1..=256");
    refused(
        &["--data", "digits", "--train-size", "200", "--batch-size", "999999"],
        "choose a --batch-size of at most 200",
    );
    refused(&["--data", "digits", "--train-size", "60001"], "more than the 60000 training images");
    refused(&["--threads", "0"], "0 is not in 1..=256");
}

#[test]
fn words_that_are_not_known() {
    refused(&["aple"], "similar subcommands exist: 'apple-orange', 'apple'");
    refused(&["pear"], "'--help' lists the sections");
    refused(&["--epoch", "3"], "'--epochs'");
    refused(&["--data", "cifar"], "auto, mnist, digits");
}

#[test]
fn folders_and_files_that_are_not_there() {
    refused(&["--data-dir", "nowhere"], "the folder nowhere does not exist");
    refused(&["--data-dir", "file"], "file is not a folder");
    refused(&["--data", "mnist", "--offline"], "--offline forbids");
    refused(&["--data", "digits", "--weights", "nowhere.npz"], "cannot read nowhere.npz");
    refused(&["--data", "digits", "--weights", "."], "is a folder");
    refused(&["--data", "digits", "--weights", "file"], "not a whole .npz file");
    refused(
        &["--data", "digits", "--out", "file/figures"],
        "cannot create the folder file/figures",
    );
    refused(&["--data", "digits", "--save", "file/w.npz"], "cannot create the folder file");
    refused(&["--data", "digits", "--save", "."], "is a folder");
    refused(&["--data", "digits", "--save", "weights/"], "the name of a folder; name a file");
    refused(&["--data", "digits", "--save", &"w".repeat(300)], "cannot write");
}

#[cfg(target_os = "linux")]
#[test]
fn devices_are_no_files() {
    refused(&["--data", "digits", "--save", "/dev/null"], "/dev/null is no ordinary file");
    let full = std::fs::File::create("/dev/full").expect("Linux has it");
    let status = Command::new(env!("CARGO_BIN_EXE_ch05_backprop"))
        .arg("gradient-check")
        .stdout(full)
        .status()
        .expect("the program starts");
    assert!(!status.success(), "what could not be printed is no success");
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written() {
    refused(&["--data", "digits", "--out", "/proc"], "cannot write in /proc");
}

#[test]
fn nobody_reads() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    PROGRAM.ends_quietly_when_nobody_reads(folder.path(), &["gradient-check"]);
    PROGRAM.ends_quietly_when_nobody_reads(folder.path(), &["--help"]);
}

/// What cannot be stored is an error, and what was stored before is still there.
#[test]
fn no_room_for_weights_and_figures() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let small = ["--data", "digits", "--train-size", "200", "--epochs", "1", "--save", "w.npz"];
    let export = [&["export"], &small[..]].concat();
    for (file, arguments) in [
        ("w.npz", &small[..]),
        ("w.npz", &export),
        ("figures/ch05/apple.png", &["apple"]),
        ("figures/ch05/xor.png", &["xor"]),
    ] {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(&path, "old").expect("it can be written");
        let Some(output) = PROGRAM.run_without_room(folder.path(), arguments) else { return };
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(
            message.starts_with(&format!("error: cannot write {file}: File too large")),
            "{message}"
        );
        assert_eq!(message.lines().count(), 1, "{message}");
        assert_eq!(fs::read(&path).expect("the old file"), b"old");
        let names = fs::read_dir(path.parent().expect("a folder")).expect("it can be listed");
        let mut names = names.map(|entry| entry.expect("a name").file_name());
        assert!(!names.any(|name| name.to_string_lossy().starts_with('.')), "litter");
    }
}

#[test]
fn steps_too_long_to_learn() {
    refused(
        &["--data", "digits", "--train-size", "500", "--learning-rate", "1e30"],
        "try a smaller --learning-rate",
    );
}

#[test]
fn what_was_good_is_saved_and_never_spoiled() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let small = ["--data", "digits", "--train-size", "500", "--epochs", "1", "--save", "w.npz"];
    let diverging = |rate: &str, because: &str| {
        PROGRAM.refuses(folder.path(), &[&small[..], &["--learning-rate", rate]].concat(), because);
    };
    // Finite weights, with which the next step fails: those are kept.
    diverging("1e30", "(Affine) is not finite: the steps are too long");
    diverging("1e30", "; w.npz holds the weights from before that step");
    let first = PROGRAM.run(folder.path(), &small);
    assert!(first.status.success(), "{first:?}");
    let good = fs::read(folder.path().join("w.npz")).expect("saved");
    // Weights past all numbers: the file stays.
    diverging("1e300", "step 2 went wrong: ");
    diverging("1e300", "; w.npz is as it was");
    assert_eq!(fs::read(folder.path().join("w.npz")).expect("still there"), good);
}

#[test]
fn training_goes_on_from_saved_weights() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let small = ["--data", "digits", "--train-size", "500", "--epochs", "1", "--save", "w.npz"];
    let first = PROGRAM.run(folder.path(), &small);
    assert!(first.status.success(), "{first:?}");
    let text = String::from_utf8_lossy(&first.stdout);
    for line in [
        "data: built-in digits (500 train, 10000 test)\n",
        "\ntest accuracy: 0.",
        "\nfigure: figures/ch05/train.png\n",
    ] {
        assert!(text.contains(line), "{line:?} is missing in {text}");
    }
    let again = PROGRAM.run(folder.path(), &[&small[..], &["--weights", "w.npz"]].concat());
    assert!(again.status.success(), "{again:?}");
}

#[test]
fn help_names_every_section() {
    PROGRAM.helps_with(&[
        "apple",
        "apple-orange",
        "gradient-check",
        "speed",
        "train",
        "xor",
        "approximate",
        "regression",
        "export",
    ]);
}
