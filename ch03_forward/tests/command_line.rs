//! What a reader may mistype or hand in: one clear line, a status other than 0.

mod drawing;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use common::data::digits;
use common::init::Init;
use common::layers::Affine;
use common::network::Network;
use common::random::generator;
use common::store::weights;
use drawing::Drawing;
use image::{GrayImage, Luma};
use tempfile::TempDir;
use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch03_forward"));

/// Runs in a folder with a few unfit files in it.
#[track_caller]
fn refused(arguments: &[&str], because: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    prepare(folder.path());
    PROGRAM.refuses(folder.path(), arguments, because);
}

fn prepare(folder: &Path) {
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).expect("written");
    write("text.png", b"not a picture, not weights");
    write("empty.png", b"");
    write("moving.png", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;");
    let blank = folder.join("blank.png");
    GrayImage::from_pixel(40, 30, Luma([250])).save(&blank).expect("it can be saved");
    let sound = fs::read(&blank).expect("it can be read");
    write("cut.png", &sound[..sound.len() / 2]);
    write("huge.png", &enlarged(&sound, 100_000, 100_000));
    let rng = &mut generator(1);
    let mut small = Network::<f32>::new().with(Affine::new(3, 2, Init::He, rng));
    weights::save(&mut small, &folder.join("small.npz")).expect("it can be saved");
    let mut turned = Network::<f32>::new()
        .with(Affine::new(50, 784, Init::He, rng))
        .with(Affine::new(50, 100, Init::He, rng))
        .with(Affine::new(100, 10, Init::He, rng));
    weights::save(&mut turned, &folder.join("turned.npz")).expect("it can be saved");
}

/// The same PNG file, with another size written in its header (and the header's checksum mended).
fn enlarged(png: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut png = png.to_vec();
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = png[12..29].iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |c, _| (c >> 1) ^ (0xEDB8_8320 * (c & 1)))
    });
    png[29..33].copy_from_slice(&(!crc).to_be_bytes());
    png
}

#[test]
fn pictures_that_are_none() {
    refused(&["classify"], "<FILE>");
    refused(&["classify", "nowhere.png"], "cannot read nowhere.png");
    refused(&["classify", "."], "is a folder; name a picture");
    refused(&["classify", "text.png"], "text.png: is not a PNG or JPEG picture");
    refused(&["classify", "empty.png"], "empty.png: is not a PNG or JPEG picture");
    refused(&["classify", "moving.png"], "moving.png: is not a PNG or JPEG picture");
    refused(&["classify", "cut.png"], "cut.png: cannot be read as a picture");
    refused(&["classify", "blank.png"], "blank.png: nothing is drawn there");
    refused(&["classify", "huge.png"], "100000×100000 pixels; make it smaller than 230 million");
}

#[test]
fn weights_that_do_not_fit() {
    let infer = |file| ["infer", "--data", "digits", "--weights", file];
    refused(&infer("nowhere.npz"), "cannot read nowhere.npz");
    refused(&infer("."), "is a folder");
    refused(&infer("text.png"), "text.png: not a whole .npz file");
    refused(&infer("small.npz"), "expected the arrays W1, W2, W3, b1, b2, b3, found W1, b1");
    refused(&infer("turned.npz"), "W1: expected shape [784, 50], found [50, 784]");
    refused(&["classify", "blank.png", "--weights", "turned.npz"], "W1: expected shape");
}

#[test]
fn flags_that_make_no_sense() {
    refused(&["infr"], "infr");
    refused(&["--batch-size", "0"], "expected a whole number of at least 1");
    refused(&["--epochs", "3"], "'--epochs'");
    refused(&["--data-dir", "nowhere"], "nowhere does not exist; make it first to have MNIST");
    refused(&["--data-dir", "nowhere", "--offline"], "nowhere does not exist; name the one with");
    refused(&["--data", "mnist", "--offline"], "--offline forbids");
    refused(&["softmax", "--seed", "1"], "'--seed'");
    refused(&["activations", "--out", "text.png/figures"], "cannot create the folder");
}

/// A workspace with a folder `data/mnist` that has 100 + 100 images under the names of MNIST's files,
/// and a folder `sub` to be in.
fn workspace_with_another_set() -> TempDir {
    let root = tempfile::tempdir().expect("a temporary folder");
    let data = root.path().join("data/mnist");
    fs::create_dir_all(&data).expect("it can be made");
    fs::create_dir(root.path().join("sub")).expect("it can be made");
    fs::write(root.path().join("Cargo.lock"), "").expect("it can be written");
    fs::create_dir_all(root.path().join("common/nn")).expect("it can be made");
    fs::write(root.path().join("common/nn/Cargo.toml"), "").expect("it can be written");
    let digits = digits::draw(3, 100);
    let header = [0x803, 100, 28, 28].map(u32::to_be_bytes);
    let images = [header.as_flattened(), digits.images.as_slice().expect("in order")].concat();
    let header = [0x801, 100].map(u32::to_be_bytes);
    let labels = [header.as_flattened(), &digits.labels].concat();
    for part in ["train", "t10k"] {
        fs::write(data.join(format!("{part}-images-idx3-ubyte.gz")), &images).expect("written");
        fs::write(data.join(format!("{part}-labels-idx1-ubyte.gz")), &labels).expect("written");
    }
    root
}

#[test]
fn a_set_like_mnist_is_read_and_not_called_mnist() {
    let root = workspace_with_another_set();
    let begins = |mut command: Command, place: &str| {
        let output = command.output().expect("the program starts");
        let text = String::from_utf8_lossy(&output.stdout);
        let line = format!("data: a set like MNIST from {place} (100 train, 100 test)\n");
        assert!(output.status.success() && text.starts_with(&line), "{output:?}");
    };
    let sub = root.path().join("sub");
    let digits = ["digits", "--offline"];
    begins(PROGRAM.command(&sub, &digits), "../data/mnist");
    // The variable is meant from the root of the workspace, and the flag from where it was typed.
    let mut command = PROGRAM.command(&sub, &digits);
    command.env("MNIST_DIR", "data/mnist");
    begins(command, "../data/mnist");
    let flag = [&digits[..], &["--data-dir", "../data/mnist"]].concat();
    let mut command = PROGRAM.command(&sub, &flag);
    command.env("MNIST_DIR", "nowhere");
    begins(command, "../data/mnist");
    PROGRAM.refuses(&sub, &["--data-dir", "data/mnist"], "the folder data/mnist does not exist");
}

#[test]
fn only_a_file_that_would_be_fetched_again_may_be_deleted() {
    let root = workspace_with_another_set();
    let (here, place) = (root.path(), root.path().join("data/mnist"));
    let damaged = "t10k-labels-idx1-ubyte.gz: is cut short: it ends within its header; ";
    fs::write(place.join("t10k-labels-idx1-ubyte.gz"), [0, 0, 8]).expect("it can be written");
    PROGRAM.refuses(here, &["digits"], &format!("{damaged}delete it to have it fetched again"));
    let keep = format!("{damaged}put a sound copy in its place, or name another folder");
    PROGRAM.refuses(here, &["digits", "--offline"], &keep);
    PROGRAM.refuses(here, &["digits", "--data-dir", "data/mnist"], &keep);

    // Sound files of 26 letters, counted from 1, are somebody's data wherever they are.
    let letters: Vec<u8> = (0..100).map(|k| k % 26 + 1).collect();
    let labels = [&[0, 0, 8, 1, 0, 0, 0, 100][..], &letters].concat();
    fs::write(place.join("t10k-labels-idx1-ubyte.gz"), labels).expect("it can be written");
    let told = "there are 26 classes, from 1 to 26; name a folder with MNIST";
    PROGRAM.refuses(here, &["digits"], told);
}

#[test]
fn a_drawing_is_read_from_any_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    Drawing::plain().draw(7).save(folder.path().join("seven.png")).expect("it can be saved");
    let output = PROGRAM.run(folder.path(), &["classify", "seven.png", "--out", "."]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(text.contains("\nanswer: 7\n") && text.contains("figure: ./classify.png"), "{text}");
    assert!(folder.path().join("classify.png").exists());
    for digit in 0..10 {
        let line = format!("\n{digit} {}.", u8::from(digit == 7));
        assert!(
            text.contains(&line) || text.contains(&format!("\n{digit} 0.")),
            "{digit} in {text}"
        );
    }
}

#[test]
fn the_main_job_reads_digits_with_weights_of_either_type() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rng = &mut generator(1);
    let mut doubles = Network::<f64>::new()
        .with(Affine::new(784, 50, Init::Xavier, rng))
        .with(Affine::new(50, 100, Init::Xavier, rng))
        .with(Affine::new(100, 10, Init::Xavier, rng));
    weights::save(&mut doubles, &folder.path().join("w.npz")).expect("it can be saved");
    let ours = PROGRAM.run(folder.path(), &["--data", "digits"]);
    let theirs = PROGRAM.run(folder.path(), &["infer", "--data", "digits", "--weights", "w.npz"]);
    let accuracy = |output: &Output| -> f64 {
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.starts_with("data: built-in digits (60000 train, 10000 test)\n"), "{text}");
        assert!(text.contains("\nfigure: figures/ch03/infer.png\n"), "{text}");
        let line = text.lines().find_map(|line| line.strip_prefix("test accuracy: "));
        line.and_then(|number| number.parse().ok()).expect("an accuracy")
    };
    assert!(accuracy(&ours) > 0.9);
    assert!(accuracy(&theirs) < 0.3, "weights that nobody trained");
}

#[test]
fn help_names_every_section() {
    PROGRAM.helps_with(&[
        "activations",
        "matrix",
        "three-layer",
        "two-two-one",
        "softmax",
        "digits",
        "infer",
        "classify",
    ]);
}

#[cfg(unix)]
#[test]
fn where_nobody_takes_complaints_answers_and_statuses_stay() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let status = |arguments: &[&str]| {
        let full = fs::File::options().write(true).open("/dev/full").expect("a full device");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ch03_forward"));
        command.args(arguments).current_dir(folder.path()).env_remove("MNIST_DIR").stderr(full);
        let output = command.output().expect("the program starts");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, text) = status(&["digits", "--offline", "--train-size", "20"]);
    assert!(code == Some(0) && text.starts_with("data: built-in digits"), "{code:?} {text}");
    assert_eq!(status(&["classify", "nofile"]).0, Some(1));
    assert_eq!(status(&["digits", "--data", "nothing"]).0, Some(2));
}
