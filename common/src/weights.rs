//! Weights in and out, as `.npz` files that NumPy reads and writes.
//!
//! The names are the book's: the first layer's `W1` and `b1`, the second's `W2` and `b2`, and so
//! on, each letter counted on its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::Path;

use half::f16;
use ndarray::{ArrayD, ArrayViewD, Zip};
use ndarray_npy::{NpzWriter, ReadNpyError, ReadNpyExt, ViewNpyError, ViewNpyExt};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::files;
use crate::float16::Float16;
use crate::layer::Layer;
use crate::{Error, Float, Result};

/// Room for what stands before the numbers of an array in a file.
const LARGEST_HEADER: u64 = 64 * 1024;

/// Where a checkpoint's arrays stand that are not weights.
pub(crate) const CHECKPOINT: &str = "training/";

/// Writes all parameters and buffers of a network to `path`, compressed; the file is replaced whole
/// or not at all.
///
/// # Errors
/// If the file cannot be written, or a number is not finite: the old file is worth more.
pub fn save<F: Float>(network: &mut impl Layer<F>, path: &Path) -> Result<()> {
    check_finite(path, names(network).iter().zip(&snapshot(network)))?;
    files::replace(path, |file| {
        let mut npz = NpzWriter::new_compressed(file);
        write(network, &mut npz)?;
        npz.finish().map(drop).map_err(io::Error::other)
    })
}

/// The same with each number rounded to half precision, two bytes each: NumPy's `float16`.
///
/// # Errors
/// If the file cannot be written, or a number is larger than half precision's largest, 65504.
pub fn save_half<F: Float>(network: &mut impl Layer<F>, path: &Path) -> Result<()> {
    let (names, arrays) = (names(network), snapshot(network));
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
    files::replace(path, |file| {
        let mut npz = NpzWriter::new_compressed(file);
        for (name, array) in names.iter().zip(&rounded) {
            npz.add_array(name.as_str(), array).map_err(io::Error::other)?;
        }
        npz.finish().map(drop).map_err(io::Error::other)
    })
}

/// Whether all numbers that are about to be written to `path` are finite.
pub(crate) fn check_finite<'a, F: Float>(
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

/// Adds all parameters and buffers of a network to a file in the making.
pub(crate) fn write<F: Float>(
    network: &mut impl Layer<F>,
    npz: &mut NpzWriter<impl Write + Seek>,
) -> io::Result<()> {
    for (name, array) in names(network).iter().zip(&snapshot(network)) {
        npz.add_array(name.as_str(), array).map_err(io::Error::other)?;
    }
    Ok(())
}

/// Fills a network with the parameters in `path`, `f32`, `f64` or half precision, in C or Fortran order. What a
/// [`checkpoint`](crate::checkpoint) holds besides them is left aside.
///
/// # Errors
/// If the file is not an `.npz`, or an array is missing, too many, of another shape or type, or
/// holds a number that is not finite. The network is then as it was.
pub fn load<F: Float>(network: &mut impl Layer<F>, path: &Path) -> Result<()> {
    let (names, present) = (names(network), snapshot(network));
    let shapes = present.iter().map(ArrayD::shape);
    let wanted: Vec<_> = names.iter().map(String::as_str).zip(shapes).collect();
    restore(network, &read(path, &wanted)?);
    Ok(())
}

/// A copy of all that the weights file would hold, in its order: parameters, then buffers.
pub fn snapshot<F: Float>(network: &mut impl Layer<F>) -> Vec<ArrayD<F>> {
    let mut arrays: Vec<_> = network.params().iter().map(|p| p.value.to_owned()).collect();
    arrays.extend(network.buffers().iter().map(|b| b.value.to_owned()));
    arrays
}

/// Puts a [`snapshot`] of the same network back.
///
/// # Panics
/// If it is of a network with other shapes.
pub fn restore<F: Float>(network: &mut impl Layer<F>, snapshot: &[ArrayD<F>]) {
    let (params, buffers) = snapshot.split_at(network.params().len());
    network.params().iter_mut().zip(params).for_each(|(p, array)| p.value.assign(array));
    network.buffers().iter_mut().zip(buffers).for_each(|(b, array)| b.value.assign(array));
}

/// The arrays of these names and shapes in the file `path`, in the order in which they are asked
/// for: for networks that are not a [`Layer`].
///
/// # Errors
/// As [`load`].
pub fn read<F: Float>(path: &Path, wanted: &[(&str, &[usize])]) -> Result<Vec<ArrayD<F>>> {
    read_from(open(path)?, path, wanted)
}

/// The same from bytes that are already there, such as those of a file that was built into the
/// program; errors call them `path`.
///
/// # Errors
/// As [`load`].
pub fn read_from<F: Float>(
    source: impl Read + Seek,
    path: &Path,
    wanted: &[(&str, &[usize])],
) -> Result<Vec<ArrayD<F>>> {
    let mut archive = ZipArchive::new(source).map_err(|e| broken(path, &e))?;
    let for_weights = archive.file_names().filter(|name| !name.starts_with(CHECKPOINT));
    check_names(path, for_weights, wanted.iter().map(|(name, _)| *name))?;
    read_arrays(&mut archive, path, wanted)
}

/// Some of the arrays of a checkpoint.
pub(crate) fn read_some<F: Float>(
    path: &Path,
    wanted: &[(&str, &[usize])],
) -> Result<Vec<ArrayD<F>>> {
    let mut archive = ZipArchive::new(open(path)?).map_err(|e| broken(path, &e))?;
    read_arrays(&mut archive, path, wanted)
}

fn open(path: &Path) -> Result<BufReader<File>> {
    if path.is_dir() {
        return Err(Error::format(path, "is a folder; name an .npz file"));
    }
    File::open(path).map(BufReader::new).map_err(Error::io("read", path))
}

fn broken(path: &Path, problem: &ZipError) -> Error {
    Error::format(path, format!("not a whole .npz file: {problem}"))
}

fn read_arrays<F: Float>(
    archive: &mut ZipArchive<impl Read + Seek>,
    path: &Path,
    wanted: &[(&str, &[usize])],
) -> Result<Vec<ArrayD<F>>> {
    let mut arrays = Vec::new();
    for (name, shape) in wanted {
        let entry = archive.by_name(&format!("{name}.npy")).map_err(|e| broken(path, &e))?;
        let largest = shape.iter().product::<usize>() as u64 * 8 + LARGEST_HEADER;
        let array = read_array::<F>(entry, largest)
            .and_then(|array| check_values(array, shape))
            .map_err(|problem| Error::format(path, format!("{name}: {problem}")))?;
        arrays.push(array);
    }
    Ok(arrays)
}

/// `W`, `b`, `W`, `b` become `W1`, `b1`, `W2`, `b2`.
pub(crate) fn names<F: Float>(network: &mut impl Layer<F>) -> Vec<String> {
    let mut counts = BTreeMap::new();
    let mut number = |letter| {
        let count = counts.entry(letter).or_insert(0);
        *count += 1;
        format!("{letter}{count}")
    };
    let mut names: Vec<_> = network.params().iter().map(|p| number(p.name)).collect();
    names.extend(network.buffers().iter().map(|b| number(b.name)));
    names
}

fn check_names<'a>(
    path: &Path,
    found: impl Iterator<Item = &'a str>,
    expected: impl Iterator<Item = &'a str>,
) -> Result<()> {
    let found: BTreeSet<_> = found.map(|name| name.strip_suffix(".npy").unwrap_or(name)).collect();
    let wanted: BTreeSet<_> = expected.collect();
    let list = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(", ");
    if found == wanted {
        return Ok(());
    }
    let problem = format!("expected the arrays {}, found {}", list(wanted), list(found));
    Err(Error::format(path, problem))
}

/// One array of at most `largest` bytes: what the file claims to hold is never trusted.
fn read_array<F: Float>(entry: impl Read, largest: u64) -> Result<ArrayD<F>, String> {
    let mut bytes = Vec::new();
    let read = entry.take(largest + 1).read_to_end(&mut bytes);
    read.map_err(|e| format!("cannot be unpacked ({e})"))?;
    if bytes.len() as u64 > largest {
        return Err("larger than the network's array".to_string());
    }
    // The bytes of a file may lie anywhere in memory; numbers are read where their type may lie.
    let mut aligned = vec![0_u64; bytes.len().div_ceil(8)];
    let view: &mut [u8] = bytemuck::cast_slice_mut(&mut aligned);
    view[..bytes.len()].copy_from_slice(&bytes);
    let view = &view[..bytes.len()];
    match ArrayViewD::<f32>::view_npy(view) {
        Err(ViewNpyError::WrongDescriptor(_)) => {}
        read => return read.map(|a| a.mapv(|x| F::of(f64::from(x)))).map_err(|e| e.to_string()),
    }
    match ArrayViewD::<f64>::view_npy(view) {
        Err(ViewNpyError::WrongDescriptor(_)) => {}
        read => return read.map(|a| a.mapv(F::of)).map_err(|e| e.to_string()),
    }
    match ArrayD::<Float16>::read_npy(view) {
        Err(ReadNpyError::WrongDescriptor(found)) => {
            Err(format!("expected numbers of type f32, f64 or f16, found {found}"))
        }
        read => read.map(|a| a.mapv(|x| F::of(x.0.to_f64()))).map_err(|e| e.to_string()),
    }
}

fn check_values<F: Float>(array: ArrayD<F>, shape: &[usize]) -> Result<ArrayD<F>, String> {
    if array.shape() != shape {
        return Err(format!("expected shape {shape:?}, found {:?}", array.shape()));
    }
    if Zip::from(&array).any(|x| !x.is_finite()) {
        return Err("holds numbers that are not finite".to_string());
    }
    Ok(array)
}
