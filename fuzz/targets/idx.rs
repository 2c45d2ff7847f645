//! Plain IDX files, as images and as labels.
#![no_main]

use std::path::Path;

use common::data::idx::{read_images_from, read_labels_from};
use fuzz::check_error;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = Path::new("file");
    match read_images_from(bytes, path) {
        Ok(images) => assert!(images.len() <= bytes.len() * 1032),
        Err(error) => check_error(&error),
    }
    match read_labels_from(bytes, path) {
        Ok(labels) => assert!(labels.iter().all(|&label| label <= 9)),
        Err(error) => check_error(&error),
    }
});
