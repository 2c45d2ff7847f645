//! IDX, the format MNIST comes in: a magic number, the sizes as big-endian `u32`, then the bytes.
//!
//! A header is only a claim. Nothing is allocated until the file is long enough to keep it, and
//! unpacked data is held only as it arrives, so that neither a damaged nor a hostile file can
//! ask for more memory than it pays for.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

use flate2::bufread::GzDecoder;
use ndarray::Array4;

use crate::{Error, Result};

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
/// [`Error::Io`] if the file cannot be read, [`Error::Format`] if it is not a complete IDX file or
/// holds nothing, [`Error::Invalid`] if it is a sound one of something else than images.
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
/// [`Error::Io`] if the file cannot be read, [`Error::Format`] if it is not a complete IDX file or
/// holds nothing, [`Error::Invalid`] if it is a sound one of something else than labels, or of labels
/// over 9.
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
            let classes: BTreeSet<u8> = labels.iter().copied().collect();
            let [least, most] = [classes.first(), classes.last()].map(|label| label.unwrap_or(&0));
            Err(another(
                path,
                format!(
                    "label {at} (counted from 0) is {}, not 0 to 9; there are {} classes, from {least} to {most}",
                    labels[at],
                    classes.len()
                ),
            ))
        }
    }
}

/// A sound file, but of other data than what is wanted here.
fn another(path: &Path, what: String) -> Error {
    Error::Invalid(format!("{}: {what}", path.display()))
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
    if let [0, 0, kind, axes] = magic
        && magic != expected
        && let Some(kind) = numbers(kind)
    {
        let problem = format!(
            "holds a {axes}-dimensional array of {kind}; {what} are a {D}-dimensional array of bytes"
        );
        return Err(another(path, problem));
    }
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

/// What an IDX file's third byte says that it holds.
fn numbers(kind: u8) -> Option<&'static str> {
    match kind {
        0x08 => Some("bytes"),
        0x09 => Some("signed bytes"),
        0x0b => Some("16-bit integers"),
        0x0c => Some("32-bit integers"),
        0x0d => Some("32-bit floats"),
        0x0e => Some("64-bit floats"),
        _ => None,
    }
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
        if packed { Box::new(Members::of(plain)) } else { Box::new(plain) };
    Ok(Source { reader, length, packed })
}

/// Unpacks what gzip packed, in one member or several. Zeros behind a member are passed over: tapes
/// and some copiers fill their last block with them, and gzip passes over them too.
struct Members<R> {
    /// The member that is being unpacked; `None` only while the next one takes its place.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Members<R> {
    fn of(packed: R) -> Self {
        Self { member: Some(GzDecoder::new(packed)) }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() || !another_follows(member.get_mut())? {
                return Ok(read);
            }
            self.member = self.member.take().map(|member| GzDecoder::new(member.into_inner()));
        }
        Ok(0)
    }
}

/// Passes over the zeros behind a member and tells whether another begins there.
fn another_follows(packed: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let rest = packed.fill_buf()?;
        let zeros = rest.iter().take_while(|&&byte| byte == 0).count();
        match rest.get(zeros) {
            Some(&byte) if byte == GZIP[0] => {
                packed.consume(zeros);
                return Ok(true);
            }
            Some(_) => {
                let problem = "what follows the gzip data is neither more of it nor zeros";
                return Err(io::Error::new(ErrorKind::InvalidData, problem));
            }
            None if zeros == 0 => return Ok(false),
            None => packed.consume(zeros),
        }
    }
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
