//! What the targets share.

use std::io::{Cursor, Write};

use common::init::Init;
use common::layers::{Affine, Relu};
use common::network::Network;
use common::random::generator;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A network of four small arrays: `W1` 3×2, `b1` 2, `W2` 2×1, `b2` 1.
pub fn network() -> Network<f32> {
    let rng = &mut generator(1);
    let (first, second) = (Affine::new(3, 2, Init::He, rng), Affine::new(2, 1, Init::He, rng));
    Network::new().with(first).with(Relu::default()).with(second)
}

/// An error is one line, and not one that fills the screen.
pub fn check_error(error: &common::Error) {
    let text = error.to_string();
    assert!(!text.contains(char::is_control) && text.chars().count() < 700, "{text:?}");
}

/// A sound archive of these files: chance would never find their checksums.
pub fn archive<'a>(files: impl Iterator<Item = (String, &'a [u8])>) -> Option<Cursor<Vec<u8>>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in files {
        zip.start_file(name, options).ok()?;
        zip.write_all(bytes).ok()?;
    }
    zip.finish().ok()
}

/// `data` in `N` parts, each behind its length in two bytes; what is missing is empty.
pub fn parts<const N: usize>(mut data: &[u8]) -> [&[u8]; N] {
    std::array::from_fn(|_| {
        let (length, rest) = data.split_first_chunk::<2>().unwrap_or((&[0; 2], &[]));
        let (part, rest) = rest.split_at(usize::from(u16::from_le_bytes(*length)).min(rest.len()));
        data = rest;
        part
    })
}
