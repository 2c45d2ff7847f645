//! Ranks that are not up to the same are told so before anything is learned.

use std::fs;
use std::io::Write;
use std::path::Path;

use common::data::{Dataset, digits};

use crate::launch::{PROGRAM, SMALL, place};

/// Two programs side by side, each with its own words.
fn beside<'a>(first: &[&'a str], second: &[&'a str]) -> Vec<&'a str> {
    [&["-n", "1"][..], first, &[":", "-n", "1"], second].concat()
}

#[test]
fn other_flags() {
    let Some(place) = place() else { return };
    let [one, other] =
        ["1", "2"].map(|seed| [&[PROGRAM.0][..], &SMALL, &["--seed", seed]].concat());
    let words = beside(&one, &other);
    place.refused(&mut place.mpirun(&words), "rank 1 was started with `distributed");
    place.refused(&mut place.mpirun(&words), "--seed 2`, rank 0 with");
}

#[test]
fn another_build() {
    let Some(place) = place() else { return };
    let copy = place.folder.path().join("ch08_deep");
    fs::copy(PROGRAM.0, &copy).expect("room for a copy");
    let mut file = fs::File::options().append(true).open(&copy).expect("our copy");
    file.write_all(b"!").expect("room for a byte");
    drop(file);
    let copy = copy.to_str().expect("a path");
    let [one, other] = [PROGRAM.0, copy].map(|program| [&[program][..], &SMALL].concat());
    place.refused(&mut place.mpirun(&beside(&one, &other)), "rank 1 runs another build");
}

#[test]
fn other_data() {
    let Some(place) = place() else { return };
    let mut test = digits::draw(2, 100);
    write(&place.folder.path().join("one"), &digits::draw(1, 200), &test);
    test.labels.swap(0, 1);
    write(&place.folder.path().join("other"), &digits::draw(1, 200), &test);
    let small: Vec<_> =
        SMALL.into_iter().map(|word| if word == "digits" { "mnist" } else { word }).collect();
    let program = |folder| [&["env", folder, PROGRAM.0][..], &small].concat();
    let folder = |name: &str| format!("MNIST_DIR={}", place.folder.path().join(name).display());
    let [one, other, none] = ["one", "other", "none"].map(folder);
    let words = beside(&program(&one), &program(&other));
    place.refused(&mut place.mpirun(&words), "rank 1 has other test images than rank 0");
    // What only one rank cannot do is said with its number.
    let words = beside(&program(&one), &program(&none));
    place.refused(&mut place.mpirun(&words), "rank 1: the folder");
}

/// Files like those of MNIST.
fn write(folder: &Path, train: &Dataset, test: &Dataset) {
    fs::create_dir(folder).expect("a new folder");
    for (name, data) in [("train", train), ("t10k", test)] {
        let count = (data.len() as u32).to_be_bytes();
        let size = 28_u32.to_be_bytes();
        let pixels: Vec<u8> = data.images.iter().copied().collect();
        let images = [&[0, 0, 8, 3][..], &count, &size, &size, &pixels].concat();
        let labels = [&[0, 0, 8, 1][..], &count, &data.labels].concat();
        fs::write(folder.join(format!("{name}-images-idx3-ubyte")), images).expect("room");
        fs::write(folder.join(format!("{name}-labels-idx1-ubyte")), labels).expect("room");
    }
}

#[test]
fn numbers_that_do_not_go_together() {
    let Some(place) = place() else { return };
    let with = |more: &[&'static str]| {
        let small = SMALL.iter().copied().filter(|word| !more.contains(word) && *word != "40");
        [&small.collect::<Vec<_>>()[..], more].concat()
    };
    let few = with(&["--batch-size", "3"]);
    place.refused(&mut place.ranks(4, &few), "a batch of 3 cannot be cut into 4 shares");
    place.refused(&mut place.ranks(3, &SMALL), "start 2 or 4");
    let shares = [&SMALL[..], &["--shares", "2"]].concat();
    place.refused(&mut place.ranks(4, &shares), "--shares 2 cannot be dealt out to 4 ranks");
    let unknown = [&SMALL[..], &["--no-such-flag"]].concat();
    place.refused(&mut place.ranks(4, &unknown), "--no-such-flag");
    let nowhere = [&SMALL[..], &["--resume", "nowhere.npz"]].concat();
    place.refused(&mut place.ranks(4, &nowhere), "cannot read nowhere.npz");
}

/// Under the wrong library's `mpirun` every program would be rank 0 of 1.
#[test]
fn a_launcher_of_another_library() {
    let Some(place) = place() else { return };
    let mut command = PROGRAM.command(place.folder.path(), &SMALL);
    command.env("PMI_SIZE", "2").env("PMI_RANK", "0");
    place.refused(&mut command, "2 programs were started together, but our MPI library sees 1");
}
