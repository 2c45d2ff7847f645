//! Labelled images: MNIST when it can be had, digits of our own making when not. And the reader's own
//! picture.

pub mod download;
pub mod idx;
pub mod ink;
pub mod mnist;
pub mod paper;
pub mod picture;
pub mod split;

mod fingerprint;
mod jpeg;

use std::env;
use std::path::{Path, PathBuf};

pub use fingerprint::{fingerprint, fingerprint_of_bytes};
pub use nn::data::{Dataset, digits, roads, scenes, shuffled_batches};

use crate::flags::{DataFlags, Source};
use crate::one_line;
use crate::progress::complain;
use crate::random::generator;
use crate::workspace::in_workspace;
use crate::{Error, Result};

/// Seeds of the built-in digits: always the same, as MNIST is always the same.
const TRAIN_SEED: u64 = 1;
const TEST_SEED: u64 = 2;
const TRAIN_COUNT: usize = 60_000;
const TEST_COUNT: usize = 10_000;

/// The images to learn from and those to be examined on, as the flags ask; prints which they are.
///
/// # Errors
/// If files are broken, or MNIST was asked for and cannot be had.
pub fn load(flags: &DataFlags) -> Result<(Dataset, Dataset)> {
    load_with(flags, |folder| mnist::download(folder, &mnist::MIRRORS))
}

/// Keeps a random sixth of the training images back, to choose by, always the same ones; returns it
/// and the rest, and prints how many they are.
pub fn keep_back(train: &Dataset) -> (Dataset, Dataset) {
    let (validation, rest) = train.split(1.0 / 6.0, &mut generator(0));
    println!("judged by {} of the training images", validation.len());
    (validation, rest)
}

/// What [`load`] does, with another way to fill a folder with MNIST.
fn load_with(
    flags: &DataFlags,
    download: impl Fn(&Path) -> Result<()>,
) -> Result<(Dataset, Dataset)> {
    let wanted = flags.train_size.unwrap_or(TRAIN_COUNT);
    let mnist = if flags.data == Source::Digits { None } else { find_mnist(flags, download)? };
    let (name, mut train, test) = match mnist {
        Some((name, mnist)) => (name, mnist.train, mnist.test),
        None => {
            let train = digits::draw(TRAIN_SEED, wanted.min(TRAIN_COUNT));
            ("built-in digits".into(), train, digits::draw(TEST_SEED, TEST_COUNT))
        }
    };
    if wanted > train.len() && flags.train_size.is_some() {
        let available = train.len();
        return Err(Error::Invalid(format!(
            "--train-size {wanted} is more than the {available} training images there are"
        )));
    }
    train.truncate(wanted);
    println!("data: {name} ({} train, {} test)", train.len(), test.len());
    Ok((train, test))
}

/// MNIST from the data folder, or what is there in its place, and what to call it; else MNIST from a
/// mirror; `None` if the built-in digits shall do.
fn find_mnist(
    flags: &DataFlags,
    download: impl Fn(&Path) -> Result<()>,
) -> Result<Option<(String, mnist::Mnist)>> {
    let (folder, ours) = match flags.data_dir.clone().or_else(named_by_variable) {
        Some(folder) => (existing(&folder, flags.offline)?, false),
        None => (in_workspace("data/mnist"), true),
    };
    let load = || match mnist::load(&folder) {
        Ok(mnist) => Ok(mnist.map(|mnist| (name(&mnist, &folder), mnist))),
        Err(e) => Err(advise(e, (ours && !flags.offline).then_some(&folder))),
    };
    if let Some(mnist) = load()? {
        return Ok(Some(mnist));
    }
    let instead = mnist::found_instead(&folder)?.map(|found| format!(" ({found})"));
    let place = format!("{}{}", folder.display(), instead.unwrap_or_default());
    let must_have = flags.data == Source::Mnist;
    if flags.offline {
        return match must_have {
            true => Err(Error::Invalid(format!(
                "MNIST is not in {place}, and --offline forbids to fetch it"
            ))),
            false => {
                fall_back(&format!("MNIST is not in {place} and --offline forbids to fetch it"))
            }
        };
    }
    complain(&one_line(&format!("MNIST is not in {place}: downloading it (11.6 MB)")));
    match download(&folder) {
        Ok(()) => load(),
        Err(e) if must_have => Err(e),
        Err(e) => fall_back(&e.to_string()),
    }
}

/// The folder that `MNIST_DIR` names. Who sets a variable is not where the program runs, so a folder
/// that does not begin at the root of the disk is meant from the root of the workspace.
fn named_by_variable() -> Option<PathBuf> {
    env::var_os("MNIST_DIR").filter(|dir| !dir.is_empty()).map(in_workspace)
}

/// What to call what was found in `folder`.
fn name(mnist: &mnist::Mnist, folder: &Path) -> String {
    match mnist.is_genuine() {
        true => "MNIST".into(),
        false => one_line(&format!("a set like MNIST from {}", folder.display())),
    }
}

/// Adds what helps against a file that is damaged. Only what would be fetched again, into the folder
/// that is the programs' own, may be deleted: anything else may be somebody's only copy.
fn advise(error: Error, fetched_into: Option<&PathBuf>) -> Error {
    let Error::Format { path, problem } = error else { return error };
    let fetched = fetched_into
        .is_some_and(|folder| mnist::FILES.iter().any(|file| path == folder.join(file.name)));
    let advice = match fetched {
        true => "delete it to have it fetched again",
        false => "put a sound copy in its place, or name another folder with --data-dir",
    };
    Error::Format { problem: format!("{problem}; {advice}"), path }
}

fn fall_back(why: &str) -> Result<Option<(String, mnist::Mnist)>> {
    complain(&one_line(&format!("{why}; using the built-in digits instead")));
    Ok(None)
}

/// A folder that was named should be there: a typing error must not start a download.
fn existing(folder: &Path, offline: bool) -> Result<PathBuf> {
    let shown = folder.display();
    let help = match offline {
        true => "name the one with the MNIST files",
        false => "make it first to have MNIST downloaded into it",
    };
    match folder.is_dir() {
        true => Ok(folder.to_owned()),
        false if folder.exists() => Err(Error::Invalid(format!(
            "{shown} is not a folder; name the one with the MNIST files"
        ))),
        false => Err(Error::Invalid(format!(
            "the folder {shown} does not exist; {help}, or leave out --data-dir (or MNIST_DIR)"
        ))),
    }
}

#[cfg(test)]
mod tests;
