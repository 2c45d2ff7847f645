//! The same seed, the same bits: with any number of threads, twice, and stopped and resumed.

use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch08_deep"));
/// 2 comes twice.
const THREADS: [&str; 5] = ["1", "2", "3", "4", "2"];

/// In small; stopping and resuming is compared in checkpoints.rs.
#[test]
fn the_main_job_has_the_same_bits_on_any_number_of_threads() {
    let small = &["--data", "digits", "--train-size", "120", "--epochs", "1", "--batch-size", "40"];
    PROGRAM.is_the_same_on(&THREADS, small, true);
}

/// Distorted images, batch normalisation, dropout: all that draws random numbers or keeps statistics.
#[test]
fn the_best_network_has_the_same_bits() {
    let small =
        ["best", "--data", "digits", "--train-size", "60", "--batch-size", "25", "--width", "2"];
    PROGRAM.is_the_same_on(&THREADS, &[&small[..], &["--epochs", "1"]].concat(), true);
    PROGRAM
        .is_the_same_when_stopped_and_resumed(&[&small[..], &["--schedule", "constant"]].concat());
}

/// Scenes and roads that are drawn anew in every epoch, on several threads.
#[test]
fn segmentations_have_the_same_bits() {
    let digits = ["segment", "--data", "digits", "--train-size", "60", "--scenes", "40"];
    let roads = ["segment", "roads", "--roads", "40"];
    for of in [&digits[..], &roads] {
        let small = [of, &["--held-out", "3"]].concat();
        PROGRAM.is_the_same_on(&THREADS, &[&small[..], &["--epochs", "1"]].concat(), true);
        let constant = [&small[..], &["--schedule", "constant"]].concat();
        PROGRAM.is_the_same_when_stopped_and_resumed(&constant);
    }
}

/// Scenes, samples of anchors and regions, and gradients that meet, on several threads.
#[test]
fn detections_have_the_same_bits() {
    let network = ["detect", "--scenes", "20", "--batch-size", "5"];
    let rcnn = ["detect", "rcnn", "--scenes", "10", "--batch-size", "40"];
    for of in [&network[..], &rcnn] {
        let small = ["--data", "digits", "--train-size", "60", "--held-out", "3"];
        let small = [of, &small].concat();
        PROGRAM.is_the_same_on(&THREADS, &[&small[..], &["--epochs", "1"]].concat(), true);
        let constant = [&small[..], &["--schedule", "constant"]].concat();
        PROGRAM.is_the_same_when_stopped_and_resumed(&constant);
    }
}

/// Sequences that are drawn anew, and windows of a text, each cut into parts that go side by side.
#[test]
fn recurrent_networks_have_the_same_bits() {
    let recall = ["recall", "--length", "4", "--steps", "60", "--units", "16", "--runs", "1"];
    PROGRAM.is_the_same_on(&THREADS, &recall, false);
    let numbers = concat!(env!("CARGO_MANIFEST_DIR"), "/texts/numbers.txt");
    let language = ["language", "--text", numbers, "--units", "16", "--sample", "20"];
    let small = [&language[..], &["--batch-size", "40", "--window", "20"]].concat();
    PROGRAM.is_the_same_on(&THREADS, &[&small[..], &["--epochs", "1"]].concat(), true);
    let constant = [&small[..], &["--schedule", "constant", "--burn-in", "7"]].concat();
    PROGRAM.is_the_same_when_stopped_and_resumed(&constant);
}

/// Pictures, recurrent layers, attention and clipped gradients, on several threads.
#[test]
fn captions_have_the_same_bits() {
    let small = ["caption", "--data", "digits", "--train-size", "60", "--pictures", "64"];
    let small = [&small[..], &["--held-out", "3"]].concat();
    for more in [&[][..], &["--no-attention"]] {
        let small = [&small[..], more].concat();
        PROGRAM.is_the_same_on(&THREADS, &[&small[..], &["--epochs", "1"]].concat(), true);
        let constant = [&small[..], &["--schedule", "constant"]].concat();
        PROGRAM.is_the_same_when_stopped_and_resumed(&constant);
    }
}

/// Noise and dropout that are drawn anew, two networks and one optimizer, on several threads.
#[test]
fn the_game_has_the_same_bits() {
    let small = ["gan", "--data", "digits", "--train-size", "50", "--batch-size", "20"];
    let small = [&small[..], &["--samples", "20"]].concat();
    PROGRAM.is_the_same_on(&THREADS, &[&small[..], &["--epochs", "1"]].concat(), true);
    PROGRAM
        .is_the_same_when_stopped_and_resumed(&[&small[..], &["--schedule", "constant"]].concat());
}

/// Games, a replay buffer and two networks, on several threads; stopping and resuming is compared in all/dqn.rs.
#[test]
fn playing_has_the_same_bits() {
    for game in ["cartpole", "catch"] {
        let small = ["play", game, "--steps", "300", "--warm-up", "100", "--episodes", "5"];
        PROGRAM.is_the_same_on(&THREADS, &small, true);
    }
}
