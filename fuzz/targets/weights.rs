//! Weights: any bytes as the file, or any bytes as the arrays in it.
#![no_main]

use std::io::Cursor;
use std::path::Path;

use common::store::weights;
use fuzz::{archive, check_error, parts};
use libfuzzer_sys::fuzz_target;

const WANTED: [(&str, &[usize]); 4] =
    [("W1", &[3, 2]), ("b1", &[2]), ("W2", &[2, 1]), ("b2", &[1])];

fuzz_target!(|data: &[u8]| {
    let Some((&way, data)) = data.split_first() else { return };
    let source = if way % 2 == 0 { as_file(data) } else { as_arrays(data) };
    let Some(source) = source else { return };
    match weights::read_from::<f32>(source, Path::new("file"), &WANTED) {
        Ok(arrays) => {
            for (array, (_, shape)) in arrays.iter().zip(WANTED) {
                assert!(array.shape() == shape && array.iter().all(|x| x.is_finite()));
            }
        }
        Err(error) => check_error(&error),
    }
});

fn as_file(data: &[u8]) -> Option<Cursor<Vec<u8>>> {
    Some(Cursor::new(data.to_vec()))
}

fn as_arrays(data: &[u8]) -> Option<Cursor<Vec<u8>>> {
    let arrays = parts::<4>(data);
    archive(WANTED.iter().zip(arrays).map(|((name, _), bytes)| (format!("{name}.npy"), bytes)))
}
