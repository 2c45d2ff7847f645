//! Weights in and out, as `.npz` files that NumPy reads and writes.
//!
//! The names are the book's: the first layer's `W1` and `b1`, the second's `W2` and `b2`, and so
//! on, each letter counted on its own.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;

use half::f16;
use ndarray::{ArrayD, Zip};
use ndarray_npy::NpzWriter;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::float16::Float16;
use super::{files, foreign, npy};
use crate::model::{Model, names, restore, snapshot};
use crate::{Error, Float, Result};

/// Where a checkpoint's arrays stand that are not weights.
pub(super) const CHECKPOINT: &str = "training/";

/// Writes all parameters and buffers of a network to `path`, compressed; the file is replaced whole
/// or not at all.
///
/// # Errors
/// If the file cannot be written, or a number is not finite: the old file is worth more.
pub fn save<F: Float>(model: &mut impl Model<F>, path: &Path) -> Result<()> {
    check_finite(path, names(model).iter().zip(&snapshot(model)))?;
    replace(path, |npz| write(model, npz))
}

/// Writes all parameters and buffers of a network to `path`, each number rounded to half precision:
/// two bytes, NumPy's `float16`.
///
/// # Errors
/// If the file cannot be written, or a number is larger than half precision's largest, 65504.
pub fn save_half<F: Float>(model: &mut impl Model<F>, path: &Path) -> Result<()> {
    let (names, arrays) = (names(model), snapshot(model));
    let rounded = arrays.iter().map(|array| array.mapv(|x| Float16(f16::from_f64(x.as_f64()))));
    let rounded: Vec<ArrayD<Float16>> = rounded.collect();
    for (name, array) in names.iter().zip(&rounded) {
        if Zip::from(array).any(|x| !x.0.is_finite()) {
            return Err(Error::Invalid(format!(
                "{name} holds numbers that half precision cannot: its largest is {}",
                f16::MAX
            )));
        }
    }
    replace(path, |npz| {
        for (name, array) in names.iter().zip(&rounded) {
            npz.add_array(name.as_str(), array).map_err(io::Error::other)?;
        }
        Ok(())
    })
}

/// Whether all numbers that are about to be written to `path` are finite.
pub(super) fn check_finite<'a, F: Float>(
    path: &Path,
    mut arrays: impl Iterator<Item = (&'a String, &'a ArrayD<F>)>,
) -> Result<()> {
    match arrays.find(|(_, array)| Zip::from(*array).any(|x| !x.is_finite())) {
        None => Ok(()),
        Some((name, _)) => Err(Error::Invalid(format!(
            "{name} holds numbers that are not finite, which nobody could read again; {} is left as it was",
            path.display()
        ))),
    }
}

/// A file in the making.
pub(super) type Npz = NpzWriter<Cursor<Vec<u8>>>;

/// Writes an `.npz` file whole or not at all. It is packed in memory: what packs it complains on
/// standard error, besides the error that it returns, if it is the disk that refuses.
pub(super) fn replace(path: &Path, add: impl FnOnce(&mut Npz) -> io::Result<()>) -> Result<()> {
    let bytes = pack(add).map_err(Error::io("pack", path))?;
    files::replace(path, |file| file.write_all(&bytes))
}

/// The bytes of an `.npz` file.
pub(super) fn pack(add: impl FnOnce(&mut Npz) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut npz = NpzWriter::new_compressed(Cursor::new(Vec::new()));
    add(&mut npz)?;
    npz.finish().map(Cursor::into_inner).map_err(io::Error::other)
}

/// Adds all parameters and buffers of a network to a file in the making.
pub(super) fn write<F: Float>(model: &mut impl Model<F>, npz: &mut Npz) -> io::Result<()> {
    names(model).iter().zip(&snapshot(model)).try_for_each(|(name, array)| add(npz, name, array))
}

/// Adds one array to a file in the making, in its own precision.
pub(super) fn add<F: Float>(npz: &mut Npz, name: &str, array: &ArrayD<F>) -> io::Result<()> {
    match size_of::<F>() {
        4 => npz.add_array(name, &array.mapv(|x| x.as_f64() as f32)),
        _ => npz.add_array(name, &array.mapv(F::as_f64)),
    }
    .map_err(io::Error::other)
}

/// Fills a network with the parameters in `path`, `f32`, `f64` or half precision, of either byte order, in C or Fortran order. What a
/// [`checkpoint`](super::checkpoint) holds besides them is left aside.
///
/// # Errors
/// If the file is not an `.npz`, or an array is missing, too many, of another shape or type, or
/// holds a number that is not finite. The network is then as it was.
pub fn load<F: Float>(model: &mut impl Model<F>, path: &Path) -> Result<()> {
    load_archive(model, &mut Archive::new(open(path)?, path)?)
}

/// Fills a network with parameters from bytes that are already there, such as those of a file that was
/// built into the program; errors call them `path`.
///
/// # Errors
/// As [`load`].
pub fn load_from<F: Float>(
    model: &mut impl Model<F>,
    source: impl Read + Seek,
    path: &Path,
) -> Result<()> {
    load_archive(model, &mut Archive::new(source, path)?)
}

pub(super) fn load_archive<F: Float>(
    model: &mut impl Model<F>,
    archive: &mut Archive<'_, impl Read + Seek>,
) -> Result<()> {
    let (names, present) = (names(model), snapshot(model));
    let shapes = present.iter().map(ArrayD::shape);
    let wanted: Vec<_> = names.iter().map(String::as_str).zip(shapes).collect();
    restore(model, &archive.all_arrays(&wanted)?);
    Ok(())
}

/// The arrays of these names and shapes in the file `path`, in the order in which they are asked
/// for: for networks that are no [`Model`].
///
/// # Errors
/// As [`load`].
pub fn read<F: Float>(path: &Path, wanted: &[(&str, &[usize])]) -> Result<Vec<ArrayD<F>>> {
    read_from(open(path)?, path, wanted)
}

/// The names of all arrays in the file `path`.
///
/// # Errors
/// If it cannot be read or is no `.npz`.
pub fn names_in(path: &Path) -> Result<Vec<String>> {
    let archive = Archive::new(open(path)?, path)?;
    let bare = |name: &str| name.strip_suffix(".npy").unwrap_or(name).to_string();
    Ok(archive.zip.file_names().map(bare).collect())
}

/// The arrays of these names and shapes in the file `path`; what else it holds is not looked at.
///
/// # Errors
/// As [`read`], but for arrays that nobody asks for.
pub fn read_some<F: Float>(path: &Path, wanted: &[(&str, &[usize])]) -> Result<Vec<ArrayD<F>>> {
    Archive::new(open(path)?, path)?.arrays(wanted)
}

/// The arrays of these names and shapes in bytes that are already there, such as those of a file
/// that was built into the program; errors call them `path`.
///
/// # Errors
/// As [`load`].
pub fn read_from<F: Float>(
    source: impl Read + Seek,
    path: &Path,
    wanted: &[(&str, &[usize])],
) -> Result<Vec<ArrayD<F>>> {
    Archive::new(source, path)?.all_arrays(wanted)
}

pub(super) fn open(path: &Path) -> Result<BufReader<File>> {
    files::open(path, "an .npz file")
}

/// An `.npz` file that is read; errors call it `path`.
pub(super) struct Archive<'a, R> {
    zip: ZipArchive<R>,
    path: &'a Path,
}

impl<'a, R: Read + Seek> Archive<'a, R> {
    pub(super) fn new(mut source: R, path: &'a Path) -> Result<Self> {
        let zip = match ZipArchive::new(&mut source) {
            Ok(zip) => zip,
            Err(e) => return Err(no_archive(&mut source, path, &e)),
        };
        let (names, directory) = (zip.len(), zip.central_directory_start());
        // Of two arrays with one name an archive gives the last, whichever was meant.
        let entries = entries(&mut source, directory).map_err(Error::io("read", path))?;
        if entries != names {
            let problem = format!("holds {entries} arrays under {names} names");
            return Err(Error::format(path, problem));
        }
        let zip = ZipArchive::new(source).map_err(|e| broken(path, &e))?;
        Ok(Self { zip, path })
    }

    /// These arrays; what else is not part of a checkpoint is an error.
    fn all_arrays<F: Float>(&mut self, wanted: &[(&str, &[usize])]) -> Result<Vec<ArrayD<F>>> {
        if let Some(advice) = foreign::torch_advice(self.path, self.zip.file_names()) {
            return Err(Error::format(self.path, advice));
        }
        let is_array = |name: &&str| !name.starts_with(CHECKPOINT) && !name.ends_with('/');
        let for_weights = self.zip.file_names().filter(is_array);
        check_names(self.path, for_weights, wanted.iter().map(|(name, _)| *name))?;
        self.arrays(wanted)
    }

    /// Whether there is an array of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(&format!("{name}.npy")).is_some()
    }

    /// Some of the arrays of a checkpoint.
    pub(super) fn arrays<F: Float>(
        &mut self,
        wanted: &[(&str, &[usize])],
    ) -> Result<Vec<ArrayD<F>>> {
        let path = self.path;
        let mut array = |(name, shape): &(&str, &[usize])| {
            let file = format!("{name}.npy");
            if let Some(method) = unknown_compression(&mut self.zip, &file) {
                let problem = format!(
                    "{name}: compressed with {method}, which cannot be read; numpy.savez_compressed uses deflate"
                );
                return Err(Error::format(path, problem));
            }
            let entry = self.zip.by_name(&file).map_err(|e| broken(path, &e))?;
            npy::read(entry, shape)
                .map_err(|problem| Error::format(path, format!("{name}: {problem}")))
        };
        wanted.iter().map(&mut array).collect()
    }
}

/// The entries of a ZIP archive's directory, counted one by one. Each begins with a signature and is
/// 46 bytes long, and as many more as three numbers in it say.
fn entries(source: &mut (impl Read + Seek), directory: u64) -> io::Result<usize> {
    source.seek(SeekFrom::Start(directory))?;
    let mut entries = 0;
    let mut entry = [0; 46];
    while source.read_exact(&mut entry).is_ok() && entry.starts_with(b"PK\x01\x02") {
        entries += 1;
        let more = [28, 30, 32].map(|at| i64::from(u16::from_le_bytes([entry[at], entry[at + 1]])));
        source.seek_relative(more.iter().sum())?;
    }
    Ok(entries)
}

/// What a file is that is no archive, if it can be told.
fn no_archive(source: &mut (impl Read + Seek), path: &Path, problem: &ZipError) -> Error {
    let mut first = Vec::new();
    let read = source.rewind().and_then(|()| source.take(16).read_to_end(&mut first));
    match read.ok().and_then(|_| foreign::advice(path, &first)) {
        Some(advice) => Error::format(path, advice),
        None => broken(path, problem),
    }
}

/// The name of a compression that is not read here.
fn unknown_compression(zip: &mut ZipArchive<impl Read + Seek>, file: &str) -> Option<String> {
    let index = zip.index_for_name(file)?;
    let method = zip.by_index_raw(index).ok()?.compression();
    if [CompressionMethod::Stored, CompressionMethod::Deflated].contains(&method) {
        return None;
    }
    let text = method.to_string(); // "Unsupported(12)", as the format numbers them
    let number = text.trim_start_matches("Unsupported(").trim_end_matches(')');
    Some(match number {
        "9" => "deflate64".to_string(),
        "12" => "bzip2".to_string(),
        "14" => "LZMA".to_string(),
        "93" => "Zstandard".to_string(),
        number => format!("method {number}"),
    })
}

fn broken(path: &Path, problem: &ZipError) -> Error {
    Error::format(path, format!("not a whole .npz file: {problem}"))
}

fn check_names<'a>(
    path: &Path,
    found: impl Iterator<Item = &'a str>,
    expected: impl Iterator<Item = &'a str>,
) -> Result<()> {
    let bare = |name: &'a str| name.strip_suffix(".npy").unwrap_or(name);
    let (mut found, mut wanted): (Vec<_>, Vec<_>) = (found.map(bare).collect(), expected.collect());
    found.sort_unstable();
    wanted.sort_unstable();
    if found == wanted {
        return Ok(());
    }
    let problem = format!("expected the arrays {}, found {}", list(&wanted), list(&found));
    Err(Error::format(path, problem))
}

/// The first names of what may be many.
fn list(names: &[&str]) -> String {
    const MOST: usize = 20;
    match names.get(MOST..) {
        None | Some([]) => names.join(", "),
        Some(more) => format!("{} and {} more", names[..MOST].join(", "), more.len()),
    }
}
