//! The same bits for 1, 2 and 4 ranks, for one program without `mpirun`, and for a training that
//! goes on with another number of ranks.

use std::fs;

use common::network::Network;
use common::optimizer::AdamW;
use common::random::generator;
use common::store::{checkpoint, weights};

use crate::launch::{Place, SMALL, place, value};

/// All that two runs must have in common.
fn learned(printed: &str) -> String {
    let epochs = printed.lines().filter(|line| line.starts_with("epoch"));
    let epochs: Vec<_> = epochs.collect();
    format!("{}\n{}", epochs.join("\n"), value(printed, "all weights"))
}

#[test]
fn any_number_of_ranks_learns_what_one_program_does() {
    let Some(place) = place() else { return };
    for network in ["two_layer", "simple_conv", "deep_conv"] {
        let arguments = [&SMALL[..], &["--network", network]].concat();
        let alone = learned(&place.printed_alone(&arguments));
        for ranks in [1, 2, 4] {
            let printed = place.printed(ranks, &arguments);
            assert_eq!(learned(&printed), alone, "{network}, {ranks} ranks");
            let lines = printed.lines().filter(|line| line.starts_with("data: "));
            assert_eq!(lines.count(), 1, "only rank 0 speaks: {printed}");
        }
    }
    assert!(place.folder.path().join("distributed.png").exists());
    place.nobody_is_left();
}

/// With one share, the deep network learns what `train` teaches it.
#[test]
fn one_share_is_train() {
    let Some(place) = place() else { return };
    let flags = [&SMALL[1..], &["--save", "alone.npz"]].concat();
    place.printed_alone(&[&["train"][..], &flags].concat());
    let shared = [&SMALL[..], &["--shares", "1", "--save", "shared.npz"]].concat();
    place.printed(1, &shared);
    let arrays = ["alone.npz", "shared.npz"].map(|file| arrays(&place, file));
    assert!(arrays[0] == arrays[1] && arrays[0].len() > 100_000);
}

/// The bits of all weights in a checkpoint of the deep network.
fn arrays(place: &Place, file: &str) -> Vec<u32> {
    let path = place.folder.path().join(file);
    let mut network: Network<f32> =
        ch08_deep::networks::deep_conv_net::deep_conv_net(&mut generator(1)).expect("it fits");
    weights::load(&mut network, &path).expect("weights");
    let mut adam = AdamW::new(1e-3, 0.0);
    let state = checkpoint::load(&path, &mut network, &mut adam, 40).expect("a checkpoint");
    assert!(state.fingerprint.is_some());
    let numbers = common::model::snapshot(&mut network).into_iter().flatten();
    numbers.map(f32::to_bits).collect()
}

#[test]
fn a_training_goes_on_with_another_number_of_ranks() {
    let Some(place) = place() else { return };
    // At a constant rate, since that of other rules depends on how long the whole training is.
    let flags = ["--data", "digits", "--train-size", "200", "--batch-size", "40", "--out", "."];
    let flags = [&["distributed", "--schedule", "constant"][..], &flags].concat();
    let run = |ranks: usize, epochs: &str, more: &[&str]| {
        place.printed(ranks, &[&flags[..], &["--epochs", epochs], more].concat())
    };
    let whole = run(2, "3", &["--save", "whole.npz"]);
    run(4, "1", &["--save", "part.npz"]);
    let resumed = run(1, "2", &["--resume", "part.npz"]);
    assert!(resumed.contains("resumed after 5 steps"), "{resumed}");
    let resumed = run(2, "3", &["--resume", "part.npz"]);
    assert_eq!(value(&resumed, "all weights"), value(&whole, "all weights"));

    let others = [&flags[..], &["--epochs", "4", "--resume", "part.npz", "--shares", "8"]].concat();
    place.refused(&mut place.ranks(2, &others), "other shares");
    let others = others.iter().map(|word| if *word == "200" { "160" } else { word });
    let others: Vec<_> = others.filter(|word| !["--shares", "8"].contains(word)).collect();
    place.refused(&mut place.ranks(2, &others), "go on with");
}

/// As many as the batch has shares may take part; the shares are then one a rank.
#[test]
fn more_ranks_than_shares_are_given_as_many_shares() {
    let Some(place) = place() else { return };
    let arguments = [&SMALL[..], &["--network", "two_layer"]].concat();
    let printed = place.printed(8, &arguments);
    assert!(printed.contains("8 ranks") && printed.contains("8 shares of 5 images"), "{printed}");
    let eight = [&arguments[..], &["--shares", "8"]].concat();
    assert_eq!(learned(&place.printed(2, &eight)), learned(&printed));
}

#[test]
fn the_connection_is_measured_and_the_model_drawn() {
    let Some(place) = place() else { return };
    let printed = place.printed(2, &["distributed", "scale", "--seconds", "0.05", "--out", "."]);
    for line in ["2 ranks: a message takes", "deep_conv    123,552 weights, 2 × 50", "ResNet-50"] {
        assert!(printed.contains(line), "{printed}");
    }
    assert!(
        fs::metadata(place.folder.path().join("scale.png")).is_ok_and(|file| file.len() > 5000)
    );
}
