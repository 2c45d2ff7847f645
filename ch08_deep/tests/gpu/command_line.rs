//! The sections as a reader starts them.

use std::fs;
use std::path::Path;

use ch08_deep::networks::measured::Measured;
use common::metrics::accuracy;
use common::network::Network;
use common::random::generator;
use common::store::weights;
use testing::Program;

use crate::gpu;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch08_deep"));
const SMALL: [&str; 8] =
    ["--network", "two_layer", "--data", "digits", "--train-size", "250", "--batch-size", "40"];

#[track_caller]
fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = PROGRAM.run(folder, arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The number after `what`.
#[track_caller]
fn number(text: &str, what: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(what));
    line.and_then(|number| number.trim().parse().ok()).unwrap_or_else(|| panic!("{what} in {text}"))
}

#[test]
fn info_names_the_card_that_is_taken() {
    let Some(gpu) = gpu() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = printed(folder.path(), &["gpu", "info"]);
    assert!(text.contains(&format!("taken: {}", gpu.info.name)), "{text}");
}

#[test]
fn weights_from_the_card_are_read_on_the_processor() {
    if gpu().is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let train = [&["gpu", "train"], &SMALL[..], &["--save", "w.npz", "--out", "."]].concat();
    let text = printed(folder.path(), &[&train[..], &["--epochs", "4"]].concat());
    let learned = number(&text, "test accuracy:");
    assert!(learned > 0.4, "{text}");
    assert!(folder.path().join("gpu-train.png").exists(), "{text}");
    let judge =
        ["gpu", "train", "--network", "two_layer", "--data", "digits", "--weights", "w.npz"];
    let text = printed(folder.path(), &[&judge[..], &["--no-training", "--out", "."]].concat());
    assert_eq!(number(&text, "test accuracy:"), learned);
    let mut network: Network<f32> =
        Measured::TwoLayer.network(&mut generator(9)).expect("a network");
    weights::load(&mut network, &folder.path().join("w.npz")).expect("weights");
    let flags = common::flags::DataFlags {
        data: common::flags::Source::Digits,
        data_dir: None,
        offline: true,
        train_size: Some(1),
    };
    let (_, test) = common::data::load(&flags).expect("digits");
    let found = (1e4 * accuracy(&network, &test)).round() / 1e4;
    assert_eq!(found, learned, "on the processor");
}

#[test]
fn stopped_and_resumed_is_never_stopped() {
    if gpu().is_some() {
        PROGRAM.is_the_same_when_stopped_and_resumed(
            &[&["gpu", "train"], &SMALL[..], &["--out", ".", "--schedule", "constant"]].concat(),
        );
    }
}

#[test]
fn a_training_that_diverges_says_so() {
    if gpu().is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let wild = ["--learning-rate", "1e30", "--epochs", "1", "--out", "."];
    PROGRAM.refuses(
        folder.path(),
        &[&["gpu", "train"], &SMALL[..], &wild].concat(),
        "try a smaller --learning-rate",
    );
}

#[test]
fn mistakes_are_one_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("file"), "not weights").expect("a temporary file");
    for (arguments, because) in [
        (&["gpu", "train", "--network", "resnet"][..], "two_layer, simple_conv, deep_conv"),
        (&["gpu", "matmul", "0"], "expected a whole number of at least 1"),
        (&["gpu", "matmul", "20000"], "expected at most 16384"),
        (&["gpu", "bench", "--batch-size", "0"], "expected a whole number of at least 1"),
    ] {
        PROGRAM.refuses(folder.path(), arguments, because);
    }
    if gpu().is_none() {
        return;
    }
    for (arguments, because) in [
        (&["gpu", "info", "--adapter", "nobody's"][..], "no adapter is called"),
        (&["gpu", "train", "--weights", "file"], "not a whole .npz file"),
        (&["gpu", "bench", "--against-torch", "no-such-python"], "no-such-python: "),
    ] {
        PROGRAM.refuses(folder.path(), arguments, because);
    }
}

#[test]
fn matmul_and_bench_measure() {
    if gpu().is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = printed(folder.path(), &["gpu", "matmul", "64", "--seconds", "0.01", "--out", "."]);
    for way in ["processor", "naive", "tiled 16×16", "registers 64×4", "registers 128×8", "GB/s"]
    {
        assert!(text.contains(way), "{way} in {text}");
    }
    assert!(folder.path().join("gpu-roofline.png").exists());
    let bench = ["gpu", "bench", "two_layer", "--batch-size", "1,7", "--seconds", "0.01"];
    let text = printed(folder.path(), &bench);
    assert_eq!(text.lines().filter(|line| line.starts_with("two_layer")).count(), 2, "{text}");
    let text = printed(folder.path(), &[&bench[..], &["--layers"]].concat());
    for kernel in ["images", "1 affine y", "1 affine dW", "loss", "sgd", "next step"] {
        assert!(text.contains(kernel), "{kernel} in {text}");
    }
}
