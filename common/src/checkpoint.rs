//! Checkpoints: a training in one `.npz` file, to go on from as if it had never stopped.
//!
//! The weights stand in it under their usual names, so that it serves as a weights file too; all
//! else is under `training/`: the moments of Adam, the position, the history, and the generators of
//! the position and of layers that draw random numbers.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use ndarray::{Array1, ArrayD};
use ndarray_npy::NpzWriter;

use crate::layer::Layer;
use crate::optimizer::Adam;
use crate::random::Generator;
use crate::trainer::{History, Position, Trainer};
use crate::weights::{self, CHECKPOINT};
use crate::{Error, Float, Result, files};

/// What the array `training/position` holds.
const POSITION: usize = 6;
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
    files::replace(path, |file| {
        let mut npz = NpzWriter::new_compressed(file);
        weights::write(network, &mut npz)?;
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
        add(&mut npz, "position", &numbers)?;
        add(&mut npz, "generator", &portions(&position.generator))?;
        for (i, generator) in (1..).zip(network.generators()) {
            add(&mut npz, &format!("generator{i}"), &portions(generator))?;
        }
        add(&mut npz, "losses", &history.losses)?;
        add(&mut npz, "train_accuracies", &history.train_accuracies)?;
        add(&mut npz, "test_accuracies", &history.test_accuracies)?;
        npz.finish().map(drop).map_err(io::Error::other)
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
    let only_weights = |e| match e {
        Error::Format { .. } => Error::format(
            path,
            format!("not a checkpoint ({e}); start from weights with --weights"),
        ),
        e => e,
    };
    let numbers = array(path, "position", POSITION).map_err(only_weights)?;
    if numbers.iter().any(|x| !(0.0..1e9).contains(x)) {
        return Err(Error::format(path, format!("is no position of a training: {numbers:?}")));
    }
    let whole = |i: usize| numbers[i] as usize;
    let (epoch, step, batch_size, losses) = (whole(0), whole(1), whole(2), whole(4));
    if batch_size != trainer.batch_size {
        return Err(Error::format(
            path,
            format!("was made with batches of {batch_size}, not of {}", trainer.batch_size),
        ));
    }
    let position = Position {
        epoch,
        step,
        generator: generator_of(&array(path, "generator", PORTIONS)?),
        history: History {
            losses: array(path, "losses", losses)?,
            train_accuracies: array(path, "train_accuracies", epoch)?,
            test_accuracies: array(path, "test_accuracies", epoch)?,
            time: Duration::try_from_secs_f64(numbers[5]).unwrap_or_default(),
        },
    };
    let moments = moments(path, network)?;
    let generators = (1..=network.generators().len())
        .map(|i| array(path, &format!("generator{i}"), PORTIONS).map(|p| generator_of(&p)))
        .collect::<Result<Vec<_>>>()?;
    weights::load(network, path)?;
    adam.set_state(numbers[3] as i32, moments);
    for (layers, kept) in network.generators().into_iter().zip(generators) {
        *layers = kept;
    }
    Ok(position)
}

/// m and v of every parameter.
fn moments<F: Float>(
    path: &Path,
    network: &mut impl Layer<F>,
) -> Result<Vec<(ArrayD<F>, ArrayD<F>)>> {
    let names = weights::names(network);
    let params = network.params();
    let read = |letter| {
        let names: Vec<_> =
            names.iter().map(|name| format!("{CHECKPOINT}{letter}_{name}")).collect();
        let shapes = params.iter().map(|p| p.value.shape());
        let wanted: Vec<_> = names.iter().map(String::as_str).zip(shapes).collect();
        weights::read_some(path, &wanted)
    };
    Ok(read('m')?.into_iter().zip(read('v')?).collect())
}

fn add(npz: &mut NpzWriter<&mut File>, name: &str, numbers: &[f64]) -> io::Result<()> {
    let array = Array1::from(numbers.to_vec());
    npz.add_array(format!("{CHECKPOINT}{name}"), &array).map_err(io::Error::other)
}

fn array(path: &Path, name: &str, len: usize) -> Result<Vec<f64>> {
    let name = format!("{CHECKPOINT}{name}");
    let arrays = weights::read_some(path, &[(name.as_str(), &[len])])?;
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
