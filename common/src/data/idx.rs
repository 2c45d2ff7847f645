//! IDX, the format MNIST comes in: a magic number, the sizes as big-endian `u32`, then the bytes.
//!
//! A header is only a claim. Nothing is allocated until the file is long enough to keep it, and
//! unpacked data is held only as it arrives, so that neither a damaged nor a hostile file can
//! ask for more memory than it pays for.

use crate::{Error, Result};
use flate2::bufread::MultiGzDecoder;
use ndarray::Array4;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

/// How a gzip file begins; names lie, since browsers unpack `.gz` files without renaming them.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// The most that deflate can expand one byte to.
const MOST_EXPANSION: u64 = 1032;
/// Four times the data of MNIST's largest file: 200 MiB.
const MOST_DATA: u64 = 200 << 20;

/// Reads a file of images, plain or gzipped, as N×1×rows×columns grey values.
///
/// # Errors
///
/// [`Error::Io`] if the file cannot be read, [`Error::Format`] if it is not a complete IDX file
/// of images, or holds none.
pub fn read_images(path: &Path) -> Result<Array4<u8>> {
    let (file, length) = open(path, "images")?;
    images(unpack(file, length, path)?, path)
}

/// The same from bytes that are already there; errors call them `path`.
///
/// # Errors
///
/// As [`read_images`].
pub fn read_images_from(bytes: &[u8], path: &Path) -> Result<Array4<u8>> {
    images(unpack(bytes, bytes.len() as u64, path)?, path)
}

fn images(source: Source<'_>, path: &Path) -> Result<Array4<u8>> {
    let ([count, rows, columns], pixels) = read(source, path, "images")?;
    Array4::from_shape_vec((count, 1, rows, columns), pixels)
        .map_err(|problem| Error::format(path, problem.to_string()))
}

/// Reads a file of labels, plain or gzipped: N digits from 0 to 9.
///
/// # Errors
///
/// [`Error::Io`] if the file cannot be read, [`Error::Format`] if it is not a complete IDX file
/// of labels, holds none, or holds one over 9.
pub fn read_labels(path: &Path) -> Result<Vec<u8>> {
    let (file, length) = open(path, "labels")?;
    labels(unpack(file, length, path)?, path)
}

/// The same from bytes that are already there; errors call them `path`.
///
/// # Errors
///
/// As [`read_labels`].
pub fn read_labels_from(bytes: &[u8], path: &Path) -> Result<Vec<u8>> {
    labels(unpack(bytes, bytes.len() as u64, path)?, path)
}

fn labels(source: Source<'_>, path: &Path) -> Result<Vec<u8>> {
    let ([_], labels) = read(source, path, "labels")?;
    match labels.iter().position(|&label| label > 9) {
        None => Ok(labels),
        Some(at) => {
            let problem = format!("label {at} (counted from 0) is {}, not 0 to 9", labels[at]);
            Err(Error::format(path, problem))
        }
    }
}

/// The sizes along all `D` axes and the data; `what` is in the file, for messages.
fn read<const D: usize>(
    source: Source<'_>,
    path: &Path,
    what: &str,
) -> Result<([usize; D], Vec<u8>)> {
    let wrong = |problem: String| Error::format(path, problem);
    let Source { mut reader, length, packed } = source;

    let magic = next_word(&mut reader, path)?;
    let expected = [0, 0, 8, D as u8]; // 8 stands for "unsigned bytes"
    if magic != expected {
        return Err(wrong(format!(
            "is not an IDX file of {what}: it begins with \"{}\" where \"{}\" belongs",
            magic.escape_ascii(),
            expected.escape_ascii()
        )));
    }
    let mut sizes = [0; D];
    for size in &mut sizes {
        *size = u32::from_be_bytes(next_word(&mut reader, path)?);
    }
    let claim = sizes.map(|size| size.to_string()).join("×");
    if sizes.contains(&0) {
        return Err(wrong(format!("holds no {what}: its header says {claim}")));
    }
    let claimed = sizes
        .iter()
        .try_fold(1, |product: u64, &size| product.checked_mul(size.into()))
        .filter(|&bytes| bytes <= MOST_DATA)
        .ok_or_else(|| wrong(format!("claims {claim} bytes of {what}, more than 200 MiB")))?;

    let header = 4 + 4 * D as u64;
    if packed && claimed > length.saturating_mul(MOST_EXPANSION) {
        return Err(wrong(format!("claims {claim} bytes, more than {length} bytes can unpack to")));
    }
    if !packed && length > header + claimed {
        return Err(wrong(holds_more(claimed)));
    }
    if !packed && length < header + claimed {
        return Err(wrong(cut_short(length.saturating_sub(header), claimed)));
    }
    Ok((sizes.map(|size| size as usize), read_data(reader, claimed, path)?))
}

/// What may be an IDX file.
struct Source<'a> {
    /// Gives what is in it, unpacked.
    reader: Box<dyn Read + 'a>,
    /// Its own length in bytes.
    length: u64,
    /// Whether it is gzipped.
    packed: bool,
}

/// A file that is there and not empty, and its length.
fn open(path: &Path, what: &str) -> Result<(BufReader<File>, u64)> {
    let wrong = |problem| Error::format(path, format!("{problem}; a file of {what} belongs here"));
    let metadata = fs::metadata(path).map_err(Error::io("read", path))?;
    // Asked before opening, because opening a named pipe would wait for its writer.
    if !metadata.is_file() {
        return Err(wrong("is not a file"));
    }
    if metadata.len() == 0 {
        return Err(wrong("is empty"));
    }
    let file = File::open(path).map_err(Error::io("read", path))?;
    Ok((BufReader::new(file), metadata.len()))
}

fn unpack<'a>(mut plain: impl BufRead + 'a, length: u64, path: &Path) -> Result<Source<'a>> {
    let packed = plain.fill_buf().map_err(Error::io("read", path))?.starts_with(&GZIP);
    let reader: Box<dyn Read + 'a> =
        if packed { Box::new(MultiGzDecoder::new(plain)) } else { Box::new(plain) };
    Ok(Source { reader, length, packed })
}

/// The next four bytes of the header.
fn next_word(reader: &mut impl Read, path: &Path) -> Result<[u8; 4]> {
    let mut word = [0; 4];
    reader.read_exact(&mut word).map_err(|source| unreadable(source, "header", path))?;
    Ok(word)
}

/// All that follows the header, which must be `claimed` bytes.
fn read_data(reader: impl Read, claimed: u64, path: &Path) -> Result<Vec<u8>> {
    let mut data = Vec::new();
    // The byte too many makes the reader look past the data, where gzip keeps its checksum.
    let outcome = reader.take(claimed + 1).read_to_end(&mut data);
    let came = data.len() as u64;
    match outcome {
        Ok(_) if came == claimed => Ok(data),
        Ok(_) if came > claimed => Err(Error::format(path, holds_more(claimed))),
        Err(source) if came == claimed || source.kind() != ErrorKind::UnexpectedEof => {
            Err(unreadable(source, "checksum", path))
        }
        _ => Err(Error::format(path, cut_short(came, claimed))),
    }
}

fn holds_more(claimed: u64) -> String {
    format!("holds more than its header says, which is {claimed} bytes of data")
}

fn cut_short(came: u64, claimed: u64) -> String {
    format!("is cut short: only {came} of {claimed} bytes of data came")
}

/// Tells a file that is wrong from a disk that is; `part` is where a file that ends too early ended.
fn unreadable(source: io::Error, part: &str, path: &Path) -> Error {
    match source.kind() {
        ErrorKind::UnexpectedEof => {
            Error::format(path, format!("is cut short: it ends within its {part}"))
        }
        // What flate2 calls bytes that no gzip program wrote.
        ErrorKind::InvalidInput | ErrorKind::InvalidData => {
            Error::format(path, format!("is damaged: {source}"))
        }
        _ => Error::io("read", path)(source),
    }
}

#[cfg(test)]
mod tests;
