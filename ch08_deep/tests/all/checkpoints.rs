//! A training with dropout that is stopped and resumed ends with the same bits as one that never
//! stopped.

use std::ops::ControlFlow;
use std::path::Path;

use ch08_deep::deep_conv_net::deep_conv_net;
use common::data::digits;
use common::layer::Layer;
use common::optimizer::Adam;
use common::random::generator;
use common::trainer::{Position, Trainer};
use common::{Result, checkpoint};

const TRAINER: Trainer = Trainer { epochs: 3, batch_size: 8 };
/// 20 images in batches of 8: the last batch of an epoch is a short one.
const STEPS: usize = 3 * 3;

/// Trains on, from `file` if it is there, until `stop` steps are done; the bits of all weights.
fn train_until(stop: usize, file: &Path) -> Result<Vec<u32>> {
    let (train, test) = (digits::draw(1, 20), digits::draw(2, 5));
    let rng = &mut generator(1);
    let (mut network, mut adam) = (deep_conv_net::<f32>(rng)?, Adam::new(1e-3_f32));
    let mut position = match file.exists() {
        true => checkpoint::load(file, &mut network, &mut adam, &TRAINER)?,
        false => Position::start(rng.clone()),
    };
    TRAINER.fit_from(
        &mut position,
        &mut network,
        &mut adam,
        (&train, &test),
        |network, adam, position| {
            if position.history.losses.len() < stop {
                return Ok(ControlFlow::Continue(()));
            }
            checkpoint::save(file, network, adam, &TRAINER, position)?;
            Ok(ControlFlow::Break(()))
        },
    )?;
    let params = network.params().into_iter();
    Ok(params.flat_map(|p| p.value.iter().map(|w| w.to_bits()).collect::<Vec<_>>()).collect())
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
