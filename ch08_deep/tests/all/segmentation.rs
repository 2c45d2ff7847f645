//! Segmentation of digits and of roads, in small.

use std::path::Path;

use ch08_deep::apps::segmentation::fcn::fcn;
use ch08_deep::apps::segmentation::labelled::Pictures;
use ch08_deep::apps::segmentation::learning::Segmentation;
use ch08_deep::apps::segmentation::segnet::{Enlarging, segnet};
use common::data::roads::{CLASSES, Roads};
use common::data::scenes::Scenes;
use common::data::{digits, roads};
use common::layers::PixelSoftmaxWithLoss;
use common::model;
use common::network::Network;
use common::optimizer::Adam;
use common::random::generator;
use common::store::checkpoint;
use common::train::{History, TrainStep, Trainer, TrainingState};
use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch08_deep"));

/// Ten steps of learning.
fn taught(mut network: Network<f32>, pictures: &impl Pictures, classes: usize) -> History {
    let held_out = pictures.batch(1000..1010);
    let criterion = PixelSoftmaxWithLoss::default();
    let mut step = Segmentation::new((pictures, 100), &held_out, classes, criterion);
    let (mut adam, state) = (Adam::new(4e-3), &mut TrainingState::start(generator(2)));
    Trainer::new(1, 10).fit(&mut step, &mut network, &mut adam, state).expect("it learns")
}

#[test]
fn the_networks_learn() {
    let rng = &mut generator(1);
    let digits = digits::draw(1, 200);
    let classes = CLASSES.len();
    for history in [
        taught(fcn(11, true, rng).expect("fits"), &Scenes::new(&digits, 1), 11),
        taught(fcn(11, false, rng).expect("fits"), &Scenes::new(&digits, 1), 11),
        taught(segnet(classes, Enlarging::Unpool, rng).expect("fits"), &Roads::new(1), classes),
        taught(segnet(classes, Enlarging::Nearest, rng).expect("fits"), &Roads::new(1), classes),
    ] {
        let (first, last) = (history.losses[0], history.losses[9]);
        assert!(last < 0.8 * first, "{first} at first, {last} after ten steps");
    }
}

/// Learns from two epochs of two steps until `stop` steps are done, going on from `file` if it is there; the
/// bits of all that the network has learned or remembers.
fn taught_until(stop: usize, file: &Path) -> Vec<u32> {
    let roads = Roads::new(4);
    let held_out = roads.batch([1000]);
    let criterion = PixelSoftmaxWithLoss::default();
    let mut step = Segmentation::new((&roads, 8), &held_out, CLASSES.len(), criterion);
    let mut network = segnet(CLASSES.len(), Enlarging::Unpool, &mut generator(1)).expect("it fits");
    let mut adam = Adam::new(4e-3);
    let trainer = Trainer {
        max_steps: Some(stop),
        save: Some(file.to_owned()),
        report: false,
        ..Trainer::new(2, 4)
    };
    let mut state = match file.exists() {
        true => checkpoint::load(file, &mut network, &mut adam, trainer.batch_size).expect("saved"),
        false => TrainingState::start(generator(2)),
    };
    trainer.fit(&mut step, &mut network, &mut adam, &mut state).expect("it learns");
    model::snapshot(&mut network).into_iter().flatten().map(f32::to_bits).collect()
}

#[test]
fn stopped_within_an_epoch_and_resumed_it_sees_the_same_pictures() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let whole = taught_until(4, &folder.path().join("never.npz"));
    for stop in 1..4 {
        let file = folder.path().join(format!("{stop}.npz"));
        assert_ne!(taught_until(stop, &file), whole, "{stop} steps are not all");
        assert!(taught_until(4, &file) == whole, "stopped after {stop} steps");
    }
}

#[test]
fn no_picture_comes_twice() {
    let pictures = Roads::new(5);
    let held_out = pictures.batch([9]);
    let criterion = PixelSoftmaxWithLoss::default();
    let mut step = Segmentation::new((&pictures, 4), &held_out, CLASSES.len(), criterion);
    let mut network = segnet(CLASSES.len(), Enlarging::Unpool, &mut generator(1)).expect("it fits");
    let mut loss_of = |epoch| {
        step.begin_epoch(epoch);
        step.forward_backward(&mut network, &[0, 1])
    };
    let losses = [loss_of(0), loss_of(1), loss_of(0)];
    assert_ne!(losses[0], losses[1], "other pictures in another epoch");
    assert_eq!(losses[0], losses[2], "the same in the same one");
}

#[test]
fn pictures_of_a_batch_are_those_of_their_numbers() {
    let pictures = Roads::new(6);
    let (x, masks) = pictures.batch([3, 1]);
    assert_eq!(x.shape(), [2, 3, roads::SIZE.0, roads::SIZE.1]);
    for (i, number) in [3, 1].into_iter().enumerate() {
        let road = pictures.road(number);
        assert_eq!(x.index_axis(ndarray::Axis(0), i), road.image.into_dyn());
        assert_eq!(masks.index_axis(ndarray::Axis(0), i), road.mask);
    }
}

fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = PROGRAM.run(folder, arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
}

#[test]
fn digits_are_taught_saved_and_judged() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| {
        let small = ["segment", "--data", "digits", "--train-size", "60", "--held-out", "4"];
        printed(folder.path(), &[&small, arguments].concat())
    };
    let once = ["--scenes", "20", "--epochs", "1"];
    run(&[&once[..], &["--no-skips", "--save", "coarse.npz"]].concat());
    let text = run(&[&once[..], &["--save", "fcn.npz"]].concat());
    let all = [
        "data: built-in digits (60 train, 10000 test)\n",
        "\nparameters: 253596\n",
        ", test mIoU ",
        "\nweights: fcn.npz\n",
    ];
    holds(&text, &all);
    let judged = [
        "\nscenes of unseen digits: 4\n",
        "\n  paper ",
        "\n  9 ",
        "\nmIoU: ",
        "\nif all were paper: ",
        "\nthe worst scene: ",
        "\nfigure: figures/ch08/segment.png\n",
        "\na scene of 64×320 pixels",
        "\nfigure: figures/ch08/segment-wide.png\n",
    ];
    holds(&text, &judged);
    let again = run(&["--weights", "fcn.npz", "--no-training", "--beside", "coarse.npz"]);
    holds(&again, &judged);
    assert!(!again.contains("epoch"), "{again}");
    let from = |text: &str| text[text.find("scenes of unseen").expect("a line")..].to_string();
    assert_eq!(from(&again), from(&text), "the weights are those that were learned");
}

#[test]
fn roads_are_taught_and_driven_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for more in [&["--upsample", "nearest"][..], &["--class-weights"]] {
        let small = ["segment", "roads", "--roads", "20", "--epochs", "1", "--held-out", "4"];
        let text = printed(folder.path(), &[&small, more].concat());
        holds(
            &text,
            &[
                "parameters: 204944\n",
                ", test mIoU ",
                "\nroads to judge by: 4\n",
                "\n  sky ",
                "\n  sign ",
                "\nmIoU: ",
                "\nthe middle of the road, ",
                "\nsteered: ",
                "\nnot steered: left the road after ",
                "\nfigure: figures/ch08/roads.png\n",
                "\nfigure: figures/ch08/roads-drive.png\n",
            ],
        );
    }
}

#[test]
fn what_is_mistyped_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (arguments, because) in [
        (&["segment", "--scenes", "0"][..], "expected a whole number of at least 1"),
        (&["segment", "--no-training"], "--weights"),
        (&["segment", "--no-skips", "--beside", "w.npz"], "cannot be used with"),
        (&["segment", "--beside", "nowhere.npz"], "cannot read nowhere.npz"),
        (&["segment", "--weights", "nowhere.npz"], "cannot read nowhere.npz"),
        (&["segment", "--data", "digits", "--scenes", "10"], "a batch of 20"),
        (&["segment", "street"], "street"),
        (&["segment", "--examine", "9"], "--examine chooses among given images"),
        (&["segment", "roads", "--validate"], "--validate chooses among given images"),
        (&["segment", "roads", "--upsample", "cubic"], "unpool, nearest"),
        (&["segment", "roads", "--threads", "0"], "0 is not in 1..=256"),
        (&["segment", "roads", "--save", "."], "is a folder"),
    ] {
        PROGRAM.refuses(folder.path(), arguments, because);
    }
}
