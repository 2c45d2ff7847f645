//! The network with everything at once, in small.

use std::path::Path;

use ch08_deep::augment::distorting::{Augment, Kind};
use ch08_deep::best::best_net;
use common::data::digits;
use common::layer::Layer;
use common::metrics::accuracy;
use common::network::Network;
use common::optimizer::AdamW;
use common::random::generator;
use common::store::weights;
use common::train::{Classification, Schedule, Trainer, TrainingState};
use testing::Program;

use crate::checkpoints::go_on;

/// The network on distorted images.
fn network(width: usize) -> Network<f32> {
    let rng = &mut generator(1);
    let network = best_net(width, rng).expect("it fits");
    Network::new().with(Augment::new(Kind::All.amounts(), rng)).with(network)
}

#[test]
fn it_has_less_than_a_million_parameters_and_reads_images() {
    for (width, expected) in [(16, 138_618), (32, 551_146)] {
        let mut network = network(width);
        let parameters: usize = network.params().iter().map(|p| p.value.len()).sum();
        assert_eq!(parameters, expected);
        let y = network.infer(ndarray::ArrayD::zeros(vec![3, 1, 28, 28]));
        assert_eq!(y.shape(), [3, 10]);
    }
}

#[test]
fn stopped_and_resumed_it_sees_the_same_distorted_images() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let train_until = |stop: usize, file: &Path| {
        go_on((network(2), AdamW::new(1e-3, 0.01), generator(2)), stop, file)
    };
    let whole = train_until(10, &folder.path().join("never")).expect("it learns");
    for stops in [&[1][..], &[3], &[2, 7]] {
        let file = folder.path().join(format!("{stops:?}.npz"));
        for &stop in stops {
            train_until(stop, &file).expect("it stops");
        }
        let resumed = train_until(10, &file).expect("it goes on");
        assert!(resumed == whole, "stopped after {stops:?} steps");
    }
}

#[test]
fn it_learns_from_distorted_images_to_read_whole_ones() {
    let (train, test) = (digits::draw(1, 1000), digits::draw(2, 500));
    let (mut network, mut adam) = (network(4), AdamW::new(0.0, 1e-4));
    let trainer = Trainer { schedule: Some((5e-3, Schedule::Cosine)), ..Trainer::new(6, 25) };
    let mut step = Classification::new(&train, &test);
    let state = &mut TrainingState::start(generator(2));
    trainer.fit(&mut step, &mut network, &mut adam, state).expect("it learns");
    let accuracy = accuracy(&network, &test);
    assert!(accuracy > 0.8, "{accuracy}");
}

#[test]
fn what_is_mistyped_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = Program(env!("CARGO_BIN_EXE_ch08_deep"));
    for (arguments, because) in [
        (&["best", "--weight-decay", "2"][..], "expected a number from 0 to 1"),
        (&["best", "--width", "0"], "expected a whole number of at least 1"),
        (&["best", "--distort", "flip"], "none, shift, affine, elastic, all"),
        (&["augment", "--epochs", "0"], "expected a whole number of at least 1"),
        (&["half", "--weights", "nowhere.npz"], "cannot read nowhere.npz"),
        (&["half", "--save", "."], "is a folder"),
    ] {
        program.refuses(folder.path(), arguments, because);
    }
}

#[test]
fn the_sections_print_what_scripts_look_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = Program(env!("CARGO_BIN_EXE_ch08_deep"));
    let run = |arguments: &[&str]| {
        let output = program.run(folder.path(), arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let small = ["--data", "digits", "--train-size", "100", "--epochs", "1"];
    let text = run(&[&["best", "--width", "2", "--save", "best.npz"][..], &small].concat());
    for part in ["parameters: ", "test accuracy: ", "weights: best.npz", "figures/ch08/best.png"] {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
    // The weights are those of the network alone: the layer that distorts has none.
    weights::load(
        &mut best_net::<f32>(2, &mut generator(9)).expect("fits"),
        &folder.path().join("best.npz"),
    )
    .expect("a weights file");
    let text = run(&[&["augment"][..], &small].concat());
    for part in
        ["distorting 100 images in all ways takes ", "all of these", "figures/ch08/augment.png"]
    {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
}
