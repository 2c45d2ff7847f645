//! Gzipped IDX files: any bytes behind gzip's first two, or any bytes packed as gzip should be.
#![no_main]

use std::io::Write;
use std::path::Path;

use common::data::idx::{read_images_from, read_labels_from};
use flate2::Compression;
use flate2::write::GzEncoder;
use fuzz::check_error;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&way, data)) = data.split_first() else { return };
    let bytes = match way % 4 {
        0 => packed(data),
        1 => [packed(&data[..data.len() / 2]), packed(&data[data.len() / 2..])].concat(),
        _ => [&[0x1f, 0x8b], data].concat(),
    };
    let path = Path::new("file");
    match read_images_from(&bytes, path) {
        Ok(images) => assert!(images.len() <= bytes.len() * 1032),
        Err(error) => check_error(&error),
    }
    match read_labels_from(&bytes, path) {
        Ok(labels) => assert!(labels.iter().all(|&label| label <= 9)),
        Err(error) => check_error(&error),
    }
});

fn packed(data: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::none());
    packer.write_all(data).expect("memory takes it");
    packer.finish().expect("memory takes it")
}
