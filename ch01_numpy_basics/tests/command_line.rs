//! What a reader may mistype: one clear line, a status other than 0, and nothing lost.

use std::fs;

use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch01_numpy_basics"));

#[track_caller]
fn refused(arguments: &[&str], because: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("file"), "neither a folder nor a picture").expect("a file");
    PROGRAM.refuses(folder.path(), arguments, because);
}

#[test]
fn pictures_that_cannot_be_read() {
    refused(&["images", "nowhere.png"], "cannot read nowhere.png");
    refused(&["images", "."], "cannot read .:");
    refused(&["images", "file"], "file: is not a PNG picture; save it as one first");

    let folder = tempfile::tempdir().expect("a temporary folder");
    let signature = b"\x89PNG\r\n\x1a\n";
    fs::write(folder.path().join("torn.png"), signature).expect("a file");
    PROGRAM.refuses(folder.path(), &["images", "torn.png"], "torn.png: not a whole PNG picture");
}

#[test]
fn words_and_numbers_that_make_no_sense() {
    refused(&["array"], "'arrays'");
    refused(&["--data", "cifar"], "auto, mnist, digits");
    refused(&["--train-size", "0"], "expected a whole number of at least 1");
    refused(&["images", "--train-size", "201"], "at most 200");
    refused(&["rust", "--out", "x"], "'--out'");
}

#[test]
fn folders_that_are_not_there() {
    refused(&["images", "--data-dir", "nowhere"], "the folder nowhere does not exist");
    refused(&["--data", "mnist", "--offline"], "--offline forbids");
    refused(&["plots", "--out", "file/figures"], "cannot create the folder file/figures");
}

#[test]
fn a_picture_of_the_readers_own() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let own = ndarray::Array3::from_shape_fn((5, 300, 3), |(i, j, k)| (i + j + k) as u8);
    ch01_numpy_basics::images::write(&folder.path().join("own.png"), &own).expect("written");
    let flags = ["images", "own.png", "--data", "digits", "--train-size", "3", "--out", "here"];
    let output = PROGRAM.run(folder.path(), &flags);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    for line in [
        "a picture is an array: own.png\n",
        "[5, 300, 3]\n",
        "\nfigure: here/picture.png\n",
        "\ndata: built-in digits (3 train, 10000 test)\n",
        "\nfigure: here/digits.png\n",
    ] {
        assert!(text.contains(line), "{line:?} is missing in {text}");
    }
    assert!(!folder.path().join("here/boat.png").exists(), "our own picture was not asked for");
}

#[test]
fn without_a_section_all_that_a_newcomer_needs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = PROGRAM.run(folder.path(), &["--offline"]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    for word in ["x @ y", "sin-cos.png", "boat.png", "data: built-in digits", "digits.png"] {
        assert!(text.contains(word), "{word:?} is missing in {text}");
    }
    let help = PROGRAM.run(folder.path(), &["--help"]);
    let help = String::from_utf8_lossy(&help.stdout);
    for section in ["rust", "arrays", "plots", "images"] {
        assert!(help.contains(&format!("\n  {section} ")), "{section} is missing in {help}");
    }
}
