//! Checkpoints: a training in one `.npz` file, to go on from as if it had never stopped.
//!
//! The weights stand in it under their usual names, so that it serves as a weights file too; all
//! else is under `training/`: the slots of the optimizer, such as the moments of Adam, how far the
//! training is, its history, and the generators that shuffle the images and that layers draw from.

use std::io::{self, Read, Seek};
use std::path::Path;
use std::time::Duration;

use ndarray::{Array1, ArrayD};
use nn::train::{History, TrainingState};

use super::weights::{self, Archive, CHECKPOINT, Npz};
use crate::model::{self, Model, names};
use crate::optimizer::Optimizer;
use crate::random::Generator;
use crate::{Error, Float, Result};

/// What the array `training/position` holds.
const POSITION: usize = 6;
/// The array that tells what was learned from.
const FINGERPRINT: &str = "data";
/// More steps than anybody waits for. Their losses are 80 MB; who claims more shall not have the room.
const MOST_STEPS: f64 = 1e7;
/// More notes on a step than any kind of step has.
const MOST_NOTES: f64 = 8.0;
/// Numbers that hold a generator.
const PORTIONS: usize = 8;

/// Writes all of a training to `path`; the file is replaced whole or not at all.
///
/// # Errors
/// If the file cannot be written, or a number is not finite: the old file is worth more.
pub fn save<F: Float>(
    path: &Path,
    model: &mut impl Model<F>,
    optimizer: &mut impl Optimizer<F>,
    batch_size: usize,
    state: &TrainingState,
) -> Result<()> {
    save_with(path, model, optimizer, batch_size, state, &[])
}

/// Writes all of a training to `path`, and with it what trainings of its kind remember besides: arrays
/// that [`more`] reads again by their names.
///
/// # Errors
/// As [`save`].
pub fn save_with<F: Float>(
    path: &Path,
    model: &mut impl Model<F>,
    optimizer: &mut impl Optimizer<F>,
    batch_size: usize,
    state: &TrainingState,
    more: &[(String, ArrayD<F>)],
) -> Result<()> {
    let names = names(model);
    weights::check_finite(path, more.iter().map(|(name, array)| (name, array)))?;
    weights::check_finite(path, names.iter().zip(&model::snapshot(model)))?;
    for (_, slot) in optimizer.slots() {
        weights::check_finite(path, names.iter().zip(slot.arrays()))?;
    }
    weights::replace(path, |npz| write(npz, model, optimizer, batch_size, state, more))
}

/// All of a training as the bytes that a file would hold, to be sent to another program instead;
/// [`load_from`] reads them.
///
/// # Errors
/// If they cannot be packed.
pub fn to_bytes<F: Float>(
    model: &mut impl Model<F>,
    optimizer: &mut impl Optimizer<F>,
    batch_size: usize,
    state: &TrainingState,
) -> Result<Vec<u8>> {
    weights::pack(|npz| write(npz, model, optimizer, batch_size, state, &[]))
        .map_err(Error::io("pack", Path::new("a checkpoint")))
}

/// Adds all of a training to a file in the making.
fn write<F: Float>(
    npz: &mut Npz,
    model: &mut impl Model<F>,
    optimizer: &mut impl Optimizer<F>,
    batch_size: usize,
    state: &TrainingState,
    more: &[(String, ArrayD<F>)],
) -> io::Result<()> {
    let names = names(model);
    let optimizer_steps = optimizer.steps().map_or(0, |steps| *steps);
    let slots = optimizer.slots();
    weights::write(model, npz)?;
    for (i, name) in names.iter().enumerate() {
        let arrays = slots.iter().map(|(letter, slot)| (letter, slot.arrays().get(i)));
        for (letter, array) in arrays.filter_map(|(letter, array)| Some((letter, array?))) {
            weights::add(npz, &format!("{CHECKPOINT}{letter}_{name}"), array)?;
        }
    }
    let history = &state.history;
    let numbers = [
        state.epoch as f64,
        state.step as f64,
        batch_size as f64,
        f64::from(optimizer_steps),
        history.losses.len() as f64,
        history.time.as_secs_f64(),
    ];
    add(npz, "position", &numbers)?;
    add(npz, "generator", &portions(&state.generator))?;
    for (i, generator) in (1..).zip(model::generators(model)) {
        add(npz, &format!("generator{i}"), &portions(generator))?;
    }
    if let Some(fingerprint) = state.fingerprint {
        add(npz, FINGERPRINT, &halves(fingerprint))?;
    }
    for (name, array) in more {
        weights::add(npz, &format!("{CHECKPOINT}{name}"), array)?;
    }
    add(npz, "losses", &history.losses)?;
    if !history.notes.is_empty() {
        let width = [history.notes[0].len() as f64];
        add(npz, "notes_a_step", &width)?;
        add(npz, "notes", &history.notes.concat())?;
    }
    add(npz, "train_accuracies", &history.train_accuracies)?;
    add(npz, "test_accuracies", &history.test_accuracies)
}

/// Fills model and optimizer from the checkpoint `path` and returns where it was taken.
///
/// # Errors
/// If the file is no checkpoint of such a model and optimizer, or was made with batches of another
/// size than `batch_size`.
pub fn load<F: Float>(
    path: &Path,
    model: &mut impl Model<F>,
    optimizer: &mut impl Optimizer<F>,
    batch_size: usize,
) -> Result<TrainingState> {
    load_from(weights::open(path)?, path, model, optimizer, batch_size)
}

/// Fills model and optimizer from the bytes of a checkpoint, which errors call `path`, and returns
/// where it was taken.
///
/// # Errors
/// As [`load`].
pub fn load_from<F: Float>(
    source: impl Read + Seek,
    path: &Path,
    model: &mut impl Model<F>,
    optimizer: &mut impl Optimizer<F>,
    batch_size: usize,
) -> Result<TrainingState> {
    let only_weights = |e| match e {
        Error::Format { .. } => Error::format(
            path,
            format!("not a checkpoint ({e}); start from weights with --weights"),
        ),
        e => e,
    };
    let mut file = Archive::new(source, path).map_err(only_weights)?;
    let numbers = array(&mut file, "position", POSITION).map_err(only_weights)?;
    let [epoch, step, found, _, losses, _] = numbers[..] else {
        return Err(Error::format(path, "is no position of a training"));
    };
    let in_reach = |x: &f64| (0.0..1e9).contains(x);
    if !numbers.iter().all(in_reach) || epoch.max(losses) > MOST_STEPS {
        return Err(Error::format(path, format!("is no position of a training: {numbers:?}")));
    }
    if found != batch_size as f64 {
        let problem = format!("was made with batches of {found}, not of {batch_size}");
        return Err(Error::format(path, problem));
    }
    let state = TrainingState {
        epoch: epoch as usize,
        step: step as usize,
        generator: generator_of(&array(&mut file, "generator", PORTIONS)?),
        history: History {
            losses: array(&mut file, "losses", losses as usize)?,
            notes: notes(&mut file, losses as usize)?,
            train_accuracies: array(&mut file, "train_accuracies", epoch as usize)?,
            test_accuracies: array(&mut file, "test_accuracies", epoch as usize)?,
            time: Duration::try_from_secs_f64(numbers[5]).unwrap_or_default(),
        },
        fingerprint: match file.has(&format!("{CHECKPOINT}{FINGERPRINT}")) {
            true => Some(whole(&array(&mut file, FINGERPRINT, 2)?)),
            false => None,
        },
    };
    let started = !state.history.losses.is_empty(); // before the first step there are no slots
    let letters = optimizer.slots().iter().map(|(letter, _)| *letter).collect::<Vec<_>>();
    let arrays = letters
        .iter()
        .filter(|_| started)
        .map(|letter| slot(&mut file, letter, model))
        .collect::<Result<Vec<_>>>()?;
    let generators = (1..=model::generators(model).len())
        .map(|i| array(&mut file, &format!("generator{i}"), PORTIONS).map(|p| generator_of(&p)))
        .collect::<Result<Vec<_>>>()?;
    weights::load_archive(model, &mut file)?;
    if let Some(steps) = optimizer.steps() {
        *steps = numbers[3] as i32;
    }
    optimizer.slots().into_iter().zip(arrays).for_each(|((_, slot), arrays)| slot.set(arrays));
    for (layers, kept) in model::generators(model).into_iter().zip(generators) {
        *layers = kept;
    }
    Ok(state)
}

/// Those arrays of the checkpoint `path` that a training remembers besides, by name and shape.
///
/// # Errors
/// If the file cannot be read, or has no such arrays.
pub fn more<F: Float>(path: &Path, wanted: &[(&str, &[usize])]) -> Result<Vec<ArrayD<F>>> {
    let names: Vec<_> = wanted.iter().map(|(name, _)| format!("{CHECKPOINT}{name}")).collect();
    let wanted = names.iter().zip(wanted).map(|(name, (_, shape))| (name.as_str(), *shape));
    Archive::new(weights::open(path)?, path)?.arrays(&wanted.collect::<Vec<_>>())
}

/// What the optimizer has under `letter` for every parameter.
fn slot<F: Float>(
    file: &mut Archive<'_, impl Read + Seek>,
    letter: &str,
    model: &mut impl Model<F>,
) -> Result<Vec<ArrayD<F>>> {
    let names = names(model).into_iter().map(|name| format!("{CHECKPOINT}{letter}_{name}"));
    let names: Vec<_> = names.collect();
    let params = model::params(model);
    let shapes = params.iter().map(|p| p.value.shape());
    let wanted: Vec<_> = names.iter().map(String::as_str).zip(shapes).collect();
    file.arrays(&wanted)
}

/// What else was written down of each of so many steps, if anything was.
fn notes(file: &mut Archive<'_, impl Read + Seek>, steps: usize) -> Result<Vec<Vec<f64>>> {
    if !file.has(&format!("{CHECKPOINT}notes")) {
        return Ok(Vec::new());
    }
    let width = array(file, "notes_a_step", 1)?[0];
    let width = if (1.0..=MOST_NOTES).contains(&width) { width as usize } else { 1 };
    let all = array(file, "notes", width * steps)?;
    Ok(all.chunks(width).map(<[f64]>::to_vec).collect())
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
    generator.state().into_iter().flat_map(halves).collect()
}

fn generator_of(portions: &[f64]) -> Generator {
    Generator::from_state(std::array::from_fn(|i| whole(&portions[2 * i..])))
}

/// The lower and the upper half of a word, each of which a double holds exactly.
fn halves(word: u64) -> [f64; 2] {
    [word as u32, (word >> 32) as u32].map(f64::from)
}

fn whole(halves: &[f64]) -> u64 {
    halves[0] as u64 | (halves[1] as u64) << 32
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
