//! A training with dropout that is stopped and resumed ends with the same bits as one that never
//! stopped.

use std::path::Path;

use ch08_deep::networks::deep_conv_net::deep_conv_net;
use common::data::digits;
use common::network::Network;
use common::optimizer::{Adam, Optimizer};
use common::random::{Generator, generator};
use common::store::checkpoint;
use common::train::{Classification, Trainer, TrainingState};
use common::{Result, model};

const TRAINER: Trainer = Trainer::new(3, 8);
/// 20 images in batches of 8: the last batch of an epoch is a short one.
const STEPS: usize = 3 * 3;

fn train_until(stop: usize, file: &Path) -> Result<Vec<u32>> {
    let rng = &mut generator(1);
    let network = deep_conv_net::<f32>(rng)?;
    go_on((network, Adam::new(1e-3), rng.clone()), stop, file)
}

/// Trains on, from `file` if it is there, until `stop` steps are done; the bits of all that the
/// network has learned or remembers.
pub fn go_on(
    (mut network, mut optimizer, rng): (Network<f32>, impl Optimizer<f32>, Generator),
    stop: usize,
    file: &Path,
) -> Result<Vec<u32>> {
    let (train, test) = (digits::draw(1, 20), digits::draw(2, 5));
    let mut state = match file.exists() {
        true => checkpoint::load(file, &mut network, &mut optimizer, TRAINER.batch_size)?,
        false => TrainingState::start(rng),
    };
    let trainer = Trainer { max_steps: Some(stop), save: Some(file.to_owned()), ..TRAINER };
    let mut step = Classification::new(&train, &test);
    trainer.fit(&mut step, &mut network, &mut optimizer, &mut state)?;
    let numbers = model::snapshot(&mut network).into_iter().flatten();
    Ok(numbers.map(f32::to_bits).collect())
}

// ANCHOR: never_stopped
#[test]
fn stopped_and_resumed_is_never_stopped() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let whole = train_until(STEPS + 1, &folder.path().join("never")).expect("it learns");
    // In an epoch, before its short batch, after it, at the next one's first step; twice.
    for stops in [&[1][..], &[2], &[3], &[4], &[2, 7]] {
        let file = folder.path().join(format!("{stops:?}.npz"));
        for &stop in stops {
            train_until(stop, &file).expect("it stops");
        }
        let resumed = train_until(STEPS + 1, &file).expect("it goes on");
        assert!(resumed == whole, "stopped after {stops:?} steps");
    }
}
// ANCHOR_END: never_stopped
