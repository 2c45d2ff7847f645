//! Checkpoints: any bytes as the file, or any numbers as the arrays in a sound one.
#![no_main]

use std::io::Cursor;
use std::path::Path;

use common::train::Trainer;
use common::store::checkpoint;
use common::layer::Layer;
use common::optimizer::Adam;
use fuzz::{archive, check_error, network, parts};
use libfuzzer_sys::fuzz_target;

const SHAPES: [(&str, &[usize]); 4] =
    [("W1", &[3, 2]), ("b1", &[2]), ("W2", &[2, 1]), ("b2", &[1])];
const OWN: [&str; 5] = ["position", "generator", "losses", "train_accuracies", "test_accuracies"];

fuzz_target!(|data: &[u8]| {
    let Some((&way, data)) = data.split_first() else { return };
    let source = if way % 2 == 0 { Some(Cursor::new(data.to_vec())) } else { as_numbers(data) };
    let Some(source) = source else { return };
    let (mut network, mut adam) = (network(), Adam::new(0.1));
    let trainer = Trainer::new(2, 5);
    let path = Path::new("file");
    match checkpoint::load_from(source, path, &mut network, &mut adam, trainer.batch_size) {
        Ok(position) => {
            assert!(position.history.test_accuracies.len() == position.epoch);
            assert!(network.params().iter().all(|p| p.value.iter().all(|x| x.is_finite())));
        }
        Err(error) => check_error(&error),
    }
});

/// A part of `data` for the numbers of each array that is a training's own; zeros for the others.
fn as_numbers(data: &[u8]) -> Option<Cursor<Vec<u8>>> {
    let own = OWN.iter().zip(parts::<5>(data)).map(|(name, numbers)| {
        let shape = format!("({},)", numbers.len() / 8);
        (format!("training/{name}.npy"), npy(&shape, numbers))
    });
    let params = ["", "training/m_", "training/v_"].into_iter().flat_map(|place| {
        SHAPES.map(|(name, shape)| {
            let zeros = vec![0; 8 * shape.iter().product::<usize>()];
            let shape = format!("{shape:?},").replace('[', "(").replace("],", ",)");
            (format!("{place}{name}.npy"), npy(&shape, &zeros))
        })
    });
    let files: Vec<(String, Vec<u8>)> = own.chain(params).collect();
    archive(files.iter().map(|(name, bytes)| (name.clone(), &bytes[..])))
}

/// Doubles in NumPy's format.
fn npy(shape: &str, numbers: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    let header = format!("{header:<117}\n");
    [b"\x93NUMPY\x01\x00\x76\x00", header.as_bytes(), &numbers[..numbers.len() / 8 * 8]].concat()
}
