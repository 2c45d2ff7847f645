//! Labelled images: MNIST when it can be had, digits of our own making when not. And the reader's own
//! picture.

pub mod digits;
pub mod download;
pub mod idx;
pub mod mnist;
pub mod picture;

mod dataset;
mod jpeg;

use std::env;
use std::path::{Path, PathBuf};

pub use dataset::{Dataset, shuffled_batches};

use crate::cli::{DataFlags, Source, in_workspace};
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

/// The same with another way to fill a folder with MNIST.
fn load_with(
    flags: &DataFlags,
    download: impl Fn(&Path) -> Result<()>,
) -> Result<(Dataset, Dataset)> {
    let wanted = flags.train_size.unwrap_or(TRAIN_COUNT);
    let mnist = if flags.data == Source::Digits { None } else { find_mnist(flags, download)? };
    let (name, mut train, test) = match mnist {
        Some(mnist) => ("MNIST", mnist.train, mnist.test),
        None => {
            let train = digits::draw(TRAIN_SEED, wanted.min(TRAIN_COUNT));
            ("built-in digits", train, digits::draw(TEST_SEED, TEST_COUNT))
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

/// MNIST from the data folder, else from a mirror; `None` if the built-in digits shall do.
fn find_mnist(
    flags: &DataFlags,
    download: impl Fn(&Path) -> Result<()>,
) -> Result<Option<mnist::Mnist>> {
    let variable = || env::var_os("MNIST_DIR").filter(|dir| !dir.is_empty()).map(PathBuf::from);
    let folder = match flags.data_dir.clone().or_else(variable) {
        Some(folder) => existing(&folder)?,
        None => in_workspace("data/mnist"),
    };
    if let Some(mnist) = mnist::load(&folder)? {
        return Ok(Some(mnist));
    }
    let must_have = flags.data == Source::Mnist;
    if flags.offline {
        let place = folder.display();
        return match must_have {
            true => Err(Error::Invalid(format!(
                "MNIST is not in {place}, and --offline forbids to fetch it"
            ))),
            false => {
                fall_back(&format!("MNIST is not in {place} and --offline forbids to fetch it"))
            }
        };
    }
    eprintln!("MNIST is not in {}: downloading it (11.6 MB)", folder.display());
    match download(&folder) {
        Ok(()) => mnist::load(&folder),
        Err(e) if must_have => Err(e),
        Err(e) => fall_back(&e.to_string()),
    }
}

fn fall_back(why: &str) -> Result<Option<mnist::Mnist>> {
    eprintln!("{why}; using the built-in digits instead");
    Ok(None)
}

/// A folder that was named should be there: a typing error must not start a download.
fn existing(folder: &Path) -> Result<PathBuf> {
    let shown = folder.display();
    match folder.is_dir() {
        true => Ok(folder.to_owned()),
        false if folder.exists() => Err(Error::Invalid(format!(
            "{shown} is not a folder; name the one with the MNIST files"
        ))),
        false => Err(Error::Invalid(format!(
            "the folder {shown} does not exist; make it first to have MNIST downloaded into it, or leave out --data-dir (or MNIST_DIR)"
        ))),
    }
}

#[cfg(test)]
mod tests;
