//! Checkpoints: a training in one `.npz` file, to go on from as if it had never stopped.
//!
//! The weights stand in it under their usual names, so that it serves as a weights file too; all
//! else is under `training/`: the moments of Adam, the position, the history, and the generators of
//! the position and of layers that draw random numbers.

use std::io::{self, Read, Seek};
use std::path::Path;
use std::time::Duration;

use ndarray::{Array1, ArrayD};

use crate::layer::Layer;
use crate::optimizer::Adam;
use crate::random::Generator;
use crate::trainer::{History, Position, Trainer};
use crate::weights::{self, Archive, CHECKPOINT, Npz};
use crate::{Error, Float, Result};

/// What the array `training/position` holds.
const POSITION: usize = 6;
/// More steps than anybody waits for. Their losses are 80 MB; who claims more shall not have the room.
const MOST_STEPS: f64 = 1e7;
/// Numbers that hold a generator.
const PORTIONS: usize = 8;

/// Writes all of a training to `path`; the file is replaced whole or not at all.
///
/// # Errors
/// If the file cannot be written, or a number is not finite: the old file is worth more.
pub fn save<F: Float>(
    path: &Path,
    network: &mut impl Layer<F>,
    adam: &Adam<F>,
    trainer: &Trainer,
    position: &Position,
) -> Result<()> {
    let names = weights::names(network);
    weights::check_finite(path, names.iter().zip(&weights::snapshot(network)))?;
    let (_, moments) = adam.state();
    let moments = names.iter().zip(moments).flat_map(|(name, (m, v))| [(name, m), (name, v)]);
    weights::check_finite(path, moments)?;
    weights::replace(path, |npz| {
        weights::write(network, npz)?;
        let (adam_steps, moments) = adam.state();
        for (name, (m, v)) in names.iter().zip(moments) {
            npz.add_array(format!("{CHECKPOINT}m_{name}"), m).map_err(io::Error::other)?;
            npz.add_array(format!("{CHECKPOINT}v_{name}"), v).map_err(io::Error::other)?;
        }
        let history = &position.history;
        let numbers = [
            position.epoch as f64,
            position.step as f64,
            trainer.batch_size as f64,
            f64::from(adam_steps),
            history.losses.len() as f64,
            history.time.as_secs_f64(),
        ];
        add(npz, "position", &numbers)?;
        add(npz, "generator", &portions(&position.generator))?;
        for (i, generator) in (1..).zip(network.generators()) {
            add(npz, &format!("generator{i}"), &portions(generator))?;
        }
        add(npz, "losses", &history.losses)?;
        add(npz, "train_accuracies", &history.train_accuracies)?;
        add(npz, "test_accuracies", &history.test_accuracies)
    })
}

/// Fills network and optimizer from the checkpoint `path` and returns where it was taken.
///
/// # Errors
/// If the file is no checkpoint of such a network, or `trainer` has batches of another size.
pub fn load<F: Float>(
    path: &Path,
    network: &mut impl Layer<F>,
    adam: &mut Adam<F>,
    trainer: &Trainer,
) -> Result<Position> {
    load_from(weights::open(path)?, path, network, adam, trainer)
}

/// The same from bytes that are already there; errors call them `path`.
///
/// # Errors
/// As [`load`].
pub fn load_from<F: Float>(
    source: impl Read + Seek,
    path: &Path,
    network: &mut impl Layer<F>,
    adam: &mut Adam<F>,
    trainer: &Trainer,
) -> Result<Position> {
    let only_weights = |e| match e {
        Error::Format { .. } => Error::format(
            path,
            format!("not a checkpoint ({e}); start from weights with --weights"),
        ),
        e => e,
    };
    let mut file = Archive::new(source, path).map_err(only_weights)?;
    let numbers = array(&mut file, "position", POSITION).map_err(only_weights)?;
    let [epoch, step, batch_size, _, losses, _] = numbers[..] else {
        return Err(Error::format(path, "is no position of a training"));
    };
    let in_reach = |x: &f64| (0.0..1e9).contains(x);
    if !numbers.iter().all(in_reach) || epoch.max(losses) > MOST_STEPS {
        return Err(Error::format(path, format!("is no position of a training: {numbers:?}")));
    }
    if batch_size != trainer.batch_size as f64 {
        return Err(Error::format(
            path,
            format!("was made with batches of {batch_size}, not of {}", trainer.batch_size),
        ));
    }
    let position = Position {
        epoch: epoch as usize,
        step: step as usize,
        generator: generator_of(&array(&mut file, "generator", PORTIONS)?),
        history: History {
            losses: array(&mut file, "losses", losses as usize)?,
            train_accuracies: array(&mut file, "train_accuracies", epoch as usize)?,
            test_accuracies: array(&mut file, "test_accuracies", epoch as usize)?,
            time: Duration::try_from_secs_f64(numbers[5]).unwrap_or_default(),
        },
    };
    let moments = moments(&mut file, network)?;
    let generators = (1..=network.generators().len())
        .map(|i| array(&mut file, &format!("generator{i}"), PORTIONS).map(|p| generator_of(&p)))
        .collect::<Result<Vec<_>>>()?;
    weights::load_archive(network, &mut file)?;
    adam.set_state(numbers[3] as i32, moments);
    for (layers, kept) in network.generators().into_iter().zip(generators) {
        *layers = kept;
    }
    Ok(position)
}

/// m and v of every parameter.
fn moments<F: Float>(
    file: &mut Archive<'_, impl Read + Seek>,
    network: &mut impl Layer<F>,
) -> Result<Vec<(ArrayD<F>, ArrayD<F>)>> {
    let names = weights::names(network);
    let params = network.params();
    let mut read = |letter| {
        let names: Vec<_> =
            names.iter().map(|name| format!("{CHECKPOINT}{letter}_{name}")).collect();
        let shapes = params.iter().map(|p| p.value.shape());
        let wanted: Vec<_> = names.iter().map(String::as_str).zip(shapes).collect();
        file.arrays(&wanted)
    };
    Ok(read('m')?.into_iter().zip(read('v')?).collect())
}

fn add(npz: &mut Npz, name: &str, numbers: &[f64]) -> io::Result<()> {
    let array = Array1::from(numbers.to_vec());
    npz.add_array(format!("{CHECKPOINT}{name}"), &array).map_err(io::Error::other)
}

fn array(file: &mut Archive<'_, impl Read + Seek>, name: &str, len: usize) -> Result<Vec<f64>> {
    let name = format!("{CHECKPOINT}{name}");
    let arrays = file.arrays(&[(name.as_str(), &[len])])?;
    Ok(arrays.into_iter().flatten().collect())
}

/// The 256 bits of the generator in portions of 32, each of which a double holds exactly.
fn portions(generator: &Generator) -> Vec<f64> {
    let halves = |word: u64| [word as u32, (word >> 32) as u32].map(f64::from);
    generator.state().into_iter().flat_map(halves).collect()
}

fn generator_of(portions: &[f64]) -> Generator {
    let portion = |i: usize| portions[i] as u64;
    Generator::from_state(std::array::from_fn(|i| portion(2 * i) | portion(2 * i + 1) << 32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Rng, generator};

    #[test]
    fn a_generator_goes_on_where_it_was() {
        let mut rng = generator(7);
        let _: [u64; 5] = rng.random();
        assert_eq!(generator_of(&portions(&rng)), rng);
    }
}
