//! MNIST: 70,000 handwritten digits, 28×28 pixels each, in four files.

use super::Dataset;
use super::download::{self, Remote};
use super::idx;
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// Where the files can be had; the first publisher's own site turns programs away today.
pub const MIRRORS: [&str; 2] = [
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
];

/// The four files as first published.
pub const FILES: [Remote; 4] = [
    Remote {
        name: "train-images-idx3-ubyte.gz",
        bytes: 9_912_422,
        sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    },
    Remote {
        name: "train-labels-idx1-ubyte.gz",
        bytes: 28_881,
        sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    },
    Remote {
        name: "t10k-images-idx3-ubyte.gz",
        bytes: 1_648_877,
        sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    },
    Remote {
        name: "t10k-labels-idx1-ubyte.gz",
        bytes: 4_542,
        sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
];

/// All of MNIST.
#[derive(Debug, Clone, PartialEq)]
pub struct Mnist {
    /// The 60,000 images to learn from.
    pub train: Dataset,
    /// The 10,000 images to be examined on, which no training may see.
    pub test: Dataset,
}

/// Loads MNIST from `folder`, from files that are gzipped or unpacked, named as published
/// (`train-images-idx3-ubyte`) or as some programs unpack them (`train-images.idx3-ubyte`).
///
/// `None` if one of the four is not there: [`missing`] tells which, [`download()`] fetches them.
///
/// # Errors
///
/// [`Error::Io`] if a file that is there cannot be read, [`Error::Format`] if it is broken, is not
/// 28×28, or does not go with its labels; the text says which file to delete.
pub fn load(folder: &Path) -> Result<Option<Mnist>> {
    let [train_images, train_labels, test_images, test_labels] =
        FILES.map(|file| find(folder, file.name));
    let (Some(train_images), Some(train_labels), Some(test_images), Some(test_labels)) =
        (train_images?, train_labels?, test_images?, test_labels?)
    else {
        return Ok(None);
    };
    Ok(Some(Mnist {
        train: pair(&train_images, &train_labels)?,
        test: pair(&test_images, &test_labels)?,
    }))
}

/// Those of [`FILES`] that `folder` has under no name; all of them if there is no such folder.
///
/// # Errors
///
/// [`Error::Io`] if the folder may not be searched.
pub fn missing(folder: &Path) -> Result<Vec<Remote>> {
    let mut missing = Vec::new();
    for file in FILES {
        if find(folder, file.name)?.is_none() {
            missing.push(file);
        }
    }
    Ok(missing)
}

/// Fetches what is [`missing`] in `folder`, and only that; see [`download::fetch`].
///
/// # Errors
///
/// [`Error::Download`] if no mirror gave a file, [`Error::Io`] if one could not be stored.
pub fn download(folder: &Path, mirrors: &[&str]) -> Result<()> {
    download::fetch(folder, &missing(folder)?, mirrors)
}

/// The file in `folder` under any of the names in use for it.
fn find(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    let plain = name.trim_end_matches(".gz");
    let dotted = plain.replace("-idx", ".idx");
    for name in [name, plain, &format!("{dotted}.gz"), &dotted] {
        let path = folder.join(name);
        if path.try_exists().map_err(Error::io("look for", &path))? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Images with their labels.
fn pair(images_path: &Path, labels_path: &Path) -> Result<Dataset> {
    let images = idx::read_images(images_path).map_err(delete_it)?;
    let labels = idx::read_labels(labels_path).map_err(delete_it)?;
    let (count, _, rows, columns) = images.dim();
    if (rows, columns) != (28, 28) {
        let problem = format!("has images of {rows}×{columns} pixels where MNIST has 28×28");
        return Err(delete_it(Error::format(images_path, problem)));
    }
    if count != labels.len() {
        let problem = format!(
            "has {count} images, but {} has {} labels; delete both to have them fetched again",
            labels_path.display(),
            labels.len()
        );
        return Err(Error::format(images_path, problem));
    }
    Ok(Dataset { images, labels })
}

/// Adds what helps against a file that is broken.
fn delete_it(error: Error) -> Error {
    match error {
        Error::Format { path, problem } => Error::Format {
            path,
            problem: format!("{problem}; delete it to have it fetched again"),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests;
