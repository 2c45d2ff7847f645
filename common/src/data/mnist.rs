//! MNIST: 70,000 handwritten digits, 28×28 pixels each, in four files. Other sets of ten classes come
//! in files of these names too, and are read as well.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::download::{self, Remote};
use super::{Dataset, fingerprint, idx};
use crate::{Error, Result};

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

/// The fingerprints of the first 1, 10, 100, … of [`FILES`]' images to learn from, and of all.
const TRAIN: [(usize, u64); 6] = [
    (1, 0xe204_9f48_4899_44ba),
    (10, 0x5d8f_1c91_30aa_e849),
    (100, 0xfe4b_2e6a_fd7b_f2c6),
    (1000, 0xe301_a32d_3d6c_bd4d),
    (10_000, 0x4c13_d7bd_75c0_1dc5),
    (60_000, 0x013e_0a69_0ea9_82f9),
];
/// Those of the images to be examined on.
const TEST: [(usize, u64); 5] = [
    (1, 0x7fe8_7a8f_9f20_5a88),
    (10, 0xf29f_ea1c_6549_3a0d),
    (100, 0x6c48_6e29_2a06_4c82),
    (1000, 0xcfc0_bb29_a4b8_71d7),
    (10_000, 0x5cfe_f7b2_bb8a_59ab),
];

/// MNIST, or another set of ten classes in files of the same names.
#[derive(Debug, Clone, PartialEq)]
pub struct Mnist {
    /// The images to learn from; MNIST has 60,000.
    pub train: Dataset,
    /// The images to be examined on, which no training may see; MNIST has 10,000.
    pub test: Dataset,
}

impl Mnist {
    /// Whether these are MNIST's own images and labels, all or the first of them, however packed.
    ///
    /// Where some are left out at the end, the largest power of ten of them is compared.
    pub fn is_genuine(&self) -> bool {
        begins_as(&self.train, &TRAIN) && begins_as(&self.test, &TEST)
    }
}

/// Whether `data` has nothing that the set with these fingerprints has not.
fn begins_as(data: &Dataset, fingerprints: &[(usize, u64)]) -> bool {
    let all = fingerprints.last().map_or(0, |&(count, _)| count);
    let known = fingerprints.iter().rev().find(|(count, _)| *count <= data.len());
    data.len() <= all
        && known.is_some_and(|&(count, known)| fingerprint::of_first(data, count) == known)
}

/// Loads MNIST, or a set like it, from `folder`, from files that are gzipped or unpacked, named as
/// published (`train-images-idx3-ubyte`) or as some programs unpack them
/// (`train-images.idx3-ubyte`), in the folder itself or in one that has such a name.
///
/// `None` if one of the four is not there: [`missing`] tells which, [`download()`] fetches them.
///
/// # Errors
///
/// [`Error::Io`] if a file that is there cannot be read; [`Error::Format`] if it is damaged or empty;
/// [`Error::Invalid`] if the files are sound but not of ten classes, not 28×28, or do not go together,
/// or if something that is no file has the name of one that is not there.
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
/// [`Error::Io`] if the folder may not be searched; [`Error::Format`] or [`Error::Invalid`] if
/// something that is no file, or an empty one, has the name of one that is not there.
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
/// [`Error::Download`] if no mirror gave a file, [`Error::Io`] if one could not be stored; and as
/// [`missing`].
pub fn download(folder: &Path, mirrors: &[&str]) -> Result<()> {
    download::fetch(folder, &missing(folder)?, mirrors)
}

/// What `folder` has in place of the files that are [`missing`], in words that fit into brackets:
/// "wanted …; found …". `None` if it is empty, or there is no such folder.
///
/// # Errors
///
/// As [`missing`].
pub fn found_instead(folder: &Path) -> Result<Option<String>> {
    /// So many names tell what it is.
    const ENOUGH: usize = 3;
    let Ok(entries) = fs::read_dir(folder) else { return Ok(None) };
    let mut names: Vec<_> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort_unstable();
    let left_out = names.len().saturating_sub(ENOUGH);
    names.truncate(ENOUGH);
    if names.is_empty() {
        return Ok(None);
    }
    let more = if left_out > 0 { format!(" and {left_out} more") } else { String::new() };
    let wanted: Vec<_> = missing(folder)?.iter().map(|file| file.name).collect();
    Ok(Some(format!("wanted {}; found {}{more}", wanted.join(", "), names.join(", "))))
}

/// The file in `folder` under any of the names in use for it.
fn find(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    let plain = name.trim_end_matches(".gz");
    let dotted = plain.replace("-idx", ".idx");
    let names = [name, plain, &format!("{dotted}.gz"), &dotted].map(PathBuf::from);
    let beside = names.each_ref().map(|name| folder.join(name));
    // 7-Zip unpacks a file into a folder of its name, and the set at Kaggle has such folders.
    let folders = beside.iter().filter(|path| path.is_dir());
    let within = folders.flat_map(|folder| names.iter().map(|name| folder.join(name)));
    let places: Vec<PathBuf> = beside.iter().cloned().chain(within).collect();
    for path in &places {
        if is_file_with_contents(path)? {
            return Ok(Some(path.clone()));
        }
    }
    // Those within folders first: where one is, its folder is not to blame.
    places.iter().rev().find_map(|path| obstacle(path, plain)).map_or(Ok(None), Err)
}

/// Whether `path` leads to a file, and not an empty one.
fn is_file_with_contents(path: &Path) -> Result<bool> {
    match fs::metadata(path) {
        Ok(found) => Ok(found.is_file() && found.len() > 0),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
        Err(e) => Err(Error::io("look for", path)(e)),
    }
}

/// What is wrong with what is at `path` instead of the file `wanted`; `None` if nothing is there.
fn obstacle(path: &Path, wanted: &str) -> Option<Error> {
    let link = fs::symlink_metadata(path).ok()?.is_symlink();
    let problem = match fs::metadata(path) {
        Err(_) if link => "is a link that leads nowhere; mend it, or take it away".into(),
        Err(_) => return None,
        Ok(found) if found.is_file() => return Some(Error::format(path, "is empty")),
        Ok(found) if found.is_dir() => {
            format!(
                "is a folder, and {wanted} is not in it; put the file there, or move the folder away"
            )
        }
        Ok(_) => "is neither a file nor a folder; take it away".into(),
    };
    Some(Error::Invalid(format!("{}: {problem}", path.display())))
}

/// Images with their labels.
fn pair(images_path: &Path, labels_path: &Path) -> Result<Dataset> {
    let images = idx::read_images(images_path).map_err(say_what_fits)?;
    let labels = idx::read_labels(labels_path).map_err(say_what_fits)?;
    let (count, _, rows, columns) = images.dim();
    let shown = images_path.display();
    if (rows, columns) != (28, 28) {
        return Err(say_what_fits(Error::Invalid(format!(
            "{shown}: has images of {rows}×{columns} pixels where MNIST has 28×28"
        ))));
    }
    if count != labels.len() {
        return Err(Error::Invalid(format!(
            "{shown}: has {count} images, but {} has {} labels; put two files of one set there",
            labels_path.display(),
            labels.len()
        )));
    }
    Ok(Dataset { images, labels })
}

/// Adds what helps whoever has the files of another set.
fn say_what_fits(error: Error) -> Error {
    match error {
        Error::Invalid(problem) => Error::Invalid(format!(
            "{problem}; name a folder with MNIST, or with another set of ten classes in its format"
        )),
        other => other,
    }
}

#[cfg(test)]
mod tests;
