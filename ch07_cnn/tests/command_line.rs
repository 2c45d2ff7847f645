//! What a reader may mistype: one clear line, a status other than 0, and nothing lost.

use std::fs;
use std::path::Path;

use testing::Program;

/// With a constant rate one epoch is the beginning of two.
const SMALL: [&str; 6] = ["--data", "digits", "--train-size", "300", "--schedule", "constant"];

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch07_cnn"));

#[track_caller]
fn refused(arguments: &[&str], because: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("file"), "not a picture, not weights").expect("a temporary file");
    PROGRAM.refuses(folder.path(), arguments, because);
}

#[test]
fn numbers_and_words_that_make_no_sense() {
    refused(&["--epochs", "0"], "expected a whole number of at least 1");
    refused(&["--learning-rate", "nan"], "expected a number above 0");
    refused(&["convolutoin"], "convolutoin");
    refused(&["--data", "cifar"], "auto, mnist, digits");
    refused(
        &["--data", "digits", "--train-size", "50", "--batch-size", "51"],
        "choose a --batch-size of at most 50",
    );
}

#[test]
fn files_that_are_not_what_they_should_be() {
    refused(&["evaluate"], "--weights <FILE>");
    refused(&["evaluate", "--weights", "nowhere.npz"], "cannot read nowhere.npz");
    refused(&["evaluate", "--weights", "file"], "not a whole .npz file");
    refused(&["filters", "--weights", "file"], "not a whole .npz file");
    refused(&["feature-maps", "nowhere.png"], "cannot read nowhere.png");
    refused(&["feature-maps", "file"], "is not a PNG or JPEG picture");
    refused(&["feature-maps", "."], "is a folder; name a picture");
    refused(&["--data", "digits", "--save", "file/w.npz"], "cannot create the folder file");
    refused(&["--data", "digits", "--out", "file/figures"], "cannot create the folder");
}

#[test]
fn resuming_from_what_is_no_checkpoint() {
    refused(&["--resume"], "--save FILE");
    refused(&["--resume", "nowhere.npz"], "cannot read nowhere.npz");
    refused(&["--resume", "file"], "not a checkpoint");
    refused(&["--resume", "w.npz", "--weights", "w.npz"], "cannot be used with");
}

#[test]
fn training_is_saved_resumed_and_evaluated() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |more: &[&str]| {
        let output = PROGRAM.run(folder.path(), more);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let accuracy = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("test accuracy: "));
        line.expect("an accuracy").to_string()
    };
    let two = [&SMALL[..], &["--epochs", "2"]].concat();
    let whole = run(&[&two[..], &["--save", "whole.npz"]].concat());
    for line in ["data: built-in digits (300 train, 10000 test)\n", "\nweights: whole.npz\n"] {
        assert!(whole.contains(line), "{line:?} is missing in {whole}");
    }
    run(&[&SMALL[..], &["--epochs", "1", "--save", "part.npz"]].concat());
    let resumed = run(&[&two[..], &["--save", "part.npz", "--resume"]].concat());
    assert!(resumed.contains("resumed after 3 steps"), "{resumed}");
    assert_eq!(accuracy(&resumed), accuracy(&whole));
    let evaluated = run(&["evaluate", "--data", "digits", "--weights", "part.npz"]);
    assert_eq!(accuracy(&evaluated), accuracy(&whole));
    let maps = run(&["feature-maps", "--weights", "part.npz"]);
    assert!(maps.contains("figure: figures/ch07/feature-maps.png"), "{maps}");
    let own = run(&["feature-maps", "figures/ch07/feature-maps.png", "--weights", "part.npz"]);
    assert!(own.contains("of 200 pixels"), "{own}");
}

#[test]
fn a_training_that_goes_wrong_keeps_its_last_good_step() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flags = [&SMALL[..], &["--epochs", "2", "--save", "w.npz"]].concat();
    let wrong = [&flags[..], &["--learning-rate", "1e20"]].concat();
    PROGRAM.refuses(folder.path(), &wrong, "; w.npz holds the weights from before that step");
    // From there it goes on, and goes wrong again at the same step.
    let resume = [&wrong[..], &["--resume"]].concat();
    PROGRAM.refuses(folder.path(), &resume, "step 2 went wrong: the output of layer 4 (Affine)");
}

/// Ctrl-C in the middle of an epoch, as the terminal sends it.
#[cfg(unix)]
#[test]
fn ctrl_c_saves_what_it_takes_to_go_on_exactly() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flags = ["--data", "digits", "--train-size", "600", "--epochs", "2", "--batch-size", "5"];
    let mut child = PROGRAM
        .command(folder.path(), &[&flags[..], &["--save", "stopped.npz"]].concat())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let data = lines.next().expect("a line").expect("text");
    assert!(data.starts_with("data: "), "{data}");
    std::thread::sleep(std::time::Duration::from_millis(300));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.expect("kill runs").success());
    let rest: Vec<String> = lines.map(|line| line.expect("text")).collect();
    assert!(child.wait().expect("it ends").success(), "{rest:?}");
    let stopped = rest.iter().any(|line| line.starts_with("stopped after "));
    let whole = PROGRAM.run(folder.path(), &[&flags[..], &["--save", "whole.npz"]].concat());
    let resume = [&flags[..], &["--resume", "stopped.npz"]].concat();
    let resumed = PROGRAM.run(folder.path(), &resume);
    assert!(whole.status.success() && resumed.status.success(), "{resumed:?}");
    let weights = |name: &str| weights_of(&folder.path().join(name));
    assert!(weights("stopped.npz") == weights("whole.npz"), "stopped early: {stopped}");
}

/// The bits of all weights in a file.
fn weights_of(file: &Path) -> Vec<u32> {
    use common::layer::Layer;
    let rng = &mut common::random::generator(0);
    let mut network =
        ch07_cnn::simple_conv_net::simple_conv_net::<f32>((1, 28, 28), rng).expect("it fits");
    common::store::weights::load(&mut network, file).expect("a weights file");
    let params = network.params().into_iter();
    params.flat_map(|p| p.value.iter().map(|w| w.to_bits()).collect::<Vec<_>>()).collect()
}

#[test]
fn help_names_every_section() {
    PROGRAM.helps_with(&[
        "convolution",
        "im2col",
        "pooling",
        "gradient-check",
        "train",
        "evaluate",
        "filters",
        "feature-maps",
        "lenet",
        "alexnet",
    ]);
}
