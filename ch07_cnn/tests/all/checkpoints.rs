//! A training that is stopped and resumed ends with the same bits as one that never stopped.

use std::path::Path;

use ch07_cnn::simple_conv_net::simple_conv_net;
use common::data::{Dataset, digits};
use common::layer::Layer;
use common::network::Network;
use common::optimizer::Adam;
use common::random::generator;
use common::store::{checkpoint, weights};
use common::train::{Classification, History, Trainer, TrainingState};
use common::{Error, Result};

const TRAINER: Trainer = Trainer::new(3, 30);
/// 100 images in batches of 30: the last batch of an epoch is a short one.
const STEPS: usize = 3 * 4;

fn images() -> (Dataset, Dataset) {
    (digits::draw(1, 100), digits::draw(2, 20))
}

fn network() -> Network<f32> {
    simple_conv_net((1, 28, 28), &mut generator(1)).expect("it fits")
}

fn bits(network: &mut Network<f32>) -> Vec<u32> {
    let params = network.params().into_iter();
    params.flat_map(|p| p.value.iter().map(|w| w.to_bits()).collect::<Vec<_>>()).collect()
}

/// Trains on, from `file` if it is there, until `stop` steps are done; then saves to `file`.
fn train_until(stop: usize, file: &Path) -> Result<(Network<f32>, History)> {
    let (train, test) = images();
    let (mut network, mut adam) = (network(), Adam::new(1e-3_f32));
    let mut state = match file.exists() {
        true => checkpoint::load(file, &mut network, &mut adam, TRAINER.batch_size)?,
        false => TrainingState::start(generator(2)),
    };
    let trainer = Trainer { max_steps: Some(stop), save: Some(file.to_owned()), ..TRAINER };
    let mut step = Classification::new(&train, &test);
    let history = trainer.fit(&mut step, &mut network, &mut adam, &mut state)?;
    Ok((network, history))
}

#[test]
fn stopped_at_any_step_and_resumed_is_never_stopped() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str| folder.path().join(name);
    let (mut whole, history) = train_until(STEPS + 1, &file("never")).expect("it learns");
    assert_eq!(history.losses.len(), STEPS);
    let whole = bits(&mut whole);
    // In an epoch, before its short batch, after it, at the next one's first step; three times.
    for stops in [&[1][..], &[3], &[4], &[5], &[2, 7, 11], &[4, 8]] {
        let file = file(&format!("{stops:?}.npz"));
        for &stop in stops {
            let (_, history) = train_until(stop, &file).expect("it stops");
            assert_eq!(history.losses.len(), stop);
        }
        let (mut resumed, again) = train_until(STEPS + 1, &file).expect("it goes on");
        assert!(bits(&mut resumed) == whole, "stopped after {stops:?} steps");
        let losses = |h: &History| h.losses.clone();
        assert_eq!(
            (losses(&again), &again.test_accuracies),
            (losses(&history), &history.test_accuracies)
        );
    }
}

#[test]
fn a_checkpoint_is_a_weights_file_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("w.npz");
    let (mut trained, _) = train_until(5, &file).expect("it stops");
    let mut loaded = network();
    weights::load(&mut loaded, &file).expect("weights");
    assert!(bits(&mut loaded) == bits(&mut trained));
}

#[test]
fn what_does_not_go_together_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("w.npz");
    train_until(5, &file).expect("it stops");
    let load = |trainer: Trainer| {
        checkpoint::load(&file, &mut network(), &mut Adam::new(1e-3_f32), trainer.batch_size)
    };
    let message = |result: Result<TrainingState>| match result {
        Err(Error::Format { problem, .. }) => problem,
        other => panic!("{other:?}"),
    };
    let other = message(load(Trainer::new(3, 20)));
    assert!(other.contains("batches of 30, not of 20"), "{other}");

    // Another number of images would shuffle otherwise.
    let mut state = load(TRAINER).expect("a checkpoint");
    let (train, test) = (digits::draw(1, 200), digits::draw(2, 20));
    let mut step = Classification::new(&train, &test);
    let result = TRAINER.fit(&mut step, &mut network(), &mut Adam::new(1e-3_f32), &mut state);
    assert!(result.expect_err("other images").to_string().contains("as many training images"));

    weights::save(&mut network(), &file).expect("saved");
    let only = message(load(TRAINER));
    assert!(only.contains("not a checkpoint") && only.contains("--weights"), "{only}");
}
