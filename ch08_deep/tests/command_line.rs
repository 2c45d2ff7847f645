//! What a reader may mistype: one clear line, a status other than 0, and nothing lost; and what the
//! sections print.

use std::fs;
use std::path::Path;

use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch08_deep"));
const SMALL: [&str; 6] = ["--data", "digits", "--train-size", "60", "--batch-size", "20"];

#[track_caller]
fn refused(arguments: &[&str], because: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("file"), "not weights").expect("a temporary file");
    PROGRAM.refuses(folder.path(), arguments, because);
}

#[track_caller]
fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = PROGRAM.run(folder, arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn numbers_and_words_that_make_no_sense() {
    refused(&["--epochs", "0"], "expected a whole number of at least 1");
    refused(&["train", "--schedule", "linear"], "constant, cosine");
    refused(&["bench", "resnet"], "two_layer, simple_conv, deep_conv");
    refused(&["bench", "--seconds", "nan"], "expected a number above 0");
    refused(&["bench", "--batch-size", "0"], "expected a whole number of at least 1");
    refused(&["threads", "--threads", "0"], "0 is not in 1..=256");
    for section in ["bench", "threads"] {
        refused(&[section, "--batch-size", "10001"], "expected at most 10000");
    }
    refused(&["resnet", "--depths", "8,206"], "at most 200");
    refused(&["misclasified"], "misclasified");
    refused(
        &["--data", "digits", "--train-size", "50", "--batch-size", "51"],
        "choose a --batch-size of at most 50",
    );
}

#[cfg(not(feature = "gpu"))]
#[test]
fn without_the_feature_gpu_says_how_to_ask() {
    let command = "cargo run -p ch08_deep --features gpu -- gpu train --epochs 2";
    refused(&["gpu", "train", "--epochs", "2"], command);
    refused(&["gpu"], "ask for it with");
}

#[test]
fn files_that_are_not_what_they_should_be() {
    refused(&["evaluate"], "--weights <FILE>");
    refused(&["evaluate", "--weights", "nowhere.npz"], "cannot read nowhere.npz");
    refused(&["evaluate", "--weights", "file"], "not a whole .npz file");
    refused(&["misclassified", "--weights", "file"], "not a whole .npz file");
    refused(&["--data", "digits", "--save", "file/w.npz"], "cannot create the folder file");
    refused(&["misclassified", "--out", "file/figures"], "cannot create the folder");
    refused(&["--resume", "file"], "not a checkpoint");
}

#[test]
fn weights_of_another_network_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("two.npz");
    let rng = &mut common::random::generator(1);
    let mut network =
        ch08_deep::networks::measured::Measured::TwoLayer.network::<f32>(rng).expect("fits");
    common::store::weights::save(&mut network, &file).expect("saved");
    let because = "expected the arrays W1, W2, W3, W4, W5, W6, W7, W8, b1";
    PROGRAM.refuses(folder.path(), &["evaluate", "--weights", "two.npz"], because);
}

#[test]
fn training_is_saved_resumed_read_and_looked_at() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| printed(folder.path(), arguments);
    let accuracy = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("test accuracy: "));
        line.expect("an accuracy").to_string()
    };
    let trained = run(&[&SMALL[..], &["--epochs", "1", "--save", "deep.npz"]].concat());
    for line in [
        "data: built-in digits (60 train, 10000 test)\n",
        "\nweights: deep.npz\n",
        "\nfigure: figures/ch08/train.png\n",
    ] {
        assert!(trained.contains(line), "{line:?} is missing in {trained}");
    }
    let looked =
        run(&["misclassified", "--data", "digits", "--train-size", "1", "--weights", "deep.npz"]);
    assert_eq!(accuracy(&looked), accuracy(&trained));
    assert!(looked.contains("figure: figures/ch08/misclassified.png"), "{looked}");
    let resumed = run(&[&SMALL[..], &["--epochs", "2", "--save", "deep.npz", "--resume"]].concat());
    assert!(resumed.contains("resumed after 3 steps"), "{resumed}");
    let read = run(&["evaluate", "--data", "digits", "--weights", "deep.npz"]);
    assert_eq!(accuracy(&read), accuracy(&resumed));
}

#[test]
fn lines_of_bench_are_for_scripts_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let quick = ["bench", "two_layer", "--seconds", "0.01", "--threads", "1", "--batch-size", "7"];
    let both = printed(folder.path(), &quick);
    let lines: Vec<&str> = both.lines().collect();
    assert_eq!(lines.len(), 2, "{both}");
    for (line, mode) in lines.iter().zip(["train", "infer"]) {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(words[..4], ["two_layer", mode, "threads=1", "batch=7"], "{line}");
        assert_eq!((words[5], words[7], words.len()), ("ms", "img/s", 8), "{line}");
        let number = |i: usize| words[i].parse::<f64>().expect("a number");
        assert!(number(4) > 0.0 && number(6) > 0.0, "{line}");
    }
    let infer = printed(folder.path(), &[&quick[..], &["--infer"]].concat());
    assert!(infer.starts_with("two_layer infer ") && infer.lines().count() == 1, "{infer}");
    let layers = printed(folder.path(), &[&quick[..], &["--layers"]].concat());
    for part in ["\nAffine      50 ", "\nRelu        50 ", "\noptimizer ", " GFLOP/s, "] {
        assert!(layers.contains(part), "{part:?} is missing in {layers}");
    }
}

#[test]
fn threads_agree() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let arguments = ["threads", "--threads", "3", "--batch-size", "5", "--seconds", "0.01"];
    let text = printed(folder.path(), &arguments);
    assert!(text.ends_with("every bit of every weight is the same\n"), "{text}");
    assert_eq!(text.lines().count(), 6, "a line for 1, 2 and 3 threads: {text}");
}

/// Ctrl-C in the middle of an epoch, as the terminal sends it: dropout and the falling rate go on
/// exactly where they were.
#[cfg(unix)]
#[test]
fn ctrl_c_saves_what_it_takes_to_go_on_exactly() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flags = ["--data", "digits", "--train-size", "400", "--batch-size", "4", "--epochs", "2"];
    let flags = [&flags[..], &["--schedule", "cosine"]].concat();
    let mut child = Command::new(PROGRAM.0)
        .current_dir(folder.path())
        .env_remove("MNIST_DIR")
        .args(&flags)
        .args(["--save", "stopped.npz"])
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
    printed(folder.path(), &[&flags[..], &["--save", "whole.npz"]].concat());
    printed(folder.path(), &[&flags[..], &["--resume", "stopped.npz"]].concat());
    let weights = |name: &str| weights_of(&folder.path().join(name));
    assert!(weights("stopped.npz") == weights("whole.npz"), "stopped early: {stopped}");
}

/// The bits of all weights in a file.
#[cfg(unix)]
fn weights_of(file: &Path) -> Vec<u32> {
    use common::layer::Layer;
    let rng = &mut common::random::generator(0);
    let mut network =
        ch08_deep::networks::deep_conv_net::deep_conv_net::<f32>(rng).expect("it fits");
    common::store::weights::load(&mut network, file).expect("a weights file");
    let params = network.params().into_iter();
    params.flat_map(|p| p.value.iter().map(|w| w.to_bits()).collect::<Vec<_>>()).collect()
}

#[test]
fn help_names_every_section() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let help = printed(folder.path(), &["--help"]);
    for section in ["train", "evaluate", "misclassified", "threads", "bench"] {
        assert!(help.contains(&format!("\n  {section} ")), "{section} is missing in {help}");
    }
}

/// What needs no MPI runs without it, and what does says how to have it.
#[test]
fn several_programs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rounds = printed(folder.path(), &["distributed", "rounds"]);
    assert_eq!(rounds.matches("1111 2222 3333 4444").count(), 8, "{rounds}");
    let small = ["--data", "digits", "--train-size", "300", "--epochs", "1", "--runs", "1"];
    let batches = ["distributed", "batches", "--sizes", "100,300", "--out", "."];
    let batches = printed(folder.path(), &[&batches[..], &small].concat());
    assert!(
        batches.contains("\n    100      3") && batches.contains("\n    300      1"),
        "{batches}"
    );
    let few = ["distributed", "batches", "--sizes", "61", "--data", "digits", "--train-size", "60"];
    refused(&few, "choose smaller --sizes");
    let scale = ["distributed", "scale", "--seconds", "0.01", "--out", "."];
    let scale = printed(folder.path(), &scale);
    assert!(
        scale.contains("1 rank: nobody to talk to") && scale.contains("1,024 ranks"),
        "{scale}"
    );
    for figure in ["batches.png", "scale.png"] {
        assert!(folder.path().join(figure).exists(), "{figure}");
    }

    let output = PROGRAM.run(folder.path(), &[&["distributed"][..], &SMALL].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    if cfg!(feature = "mpi") {
        assert!(output.status.success() && text.contains("\nall weights: "), "{output:?}");
        return;
    }
    assert!(!output.status.success());
    for word in ["libopenmpi-dev", "openmpi-devel", "brew", "--features mpi", "mpirun -n 4"] {
        assert!(text.contains(word), "{word} is missing in {text}");
    }
}
