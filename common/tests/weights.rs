//! Weights files: NumPy reads ours, ours reads NumPy's, and a broken one is an error.

use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};

use common::Error;
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, Relu};
use common::network::Network;
use common::random::generator;
use common::weights;
use ndarray::{Array1, Array2, ArrayD, array};
use ndarray_npy::{NpzReader, NpzWriter};

fn network(seed: u64) -> Network<f32> {
    let rng = &mut generator(seed);
    Network::new().with(Affine::new(3, 2, Init::He, rng)).with(Relu::default()).with(Affine::new(
        2,
        1,
        Init::He,
        rng,
    ))
}

fn values(network: &mut Network<f32>) -> Vec<ArrayD<f32>> {
    network.params().iter().map(|p| p.value.to_owned()).collect()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

#[test]
fn what_was_saved_is_loaded() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("new/w.npz");
    let (mut saved, mut loaded) = (network(1), network(2));
    weights::save(&mut saved, &path).expect("it can be saved");
    weights::load(&mut loaded, &path).expect("it can be loaded");
    assert_eq!(values(&mut saved), values(&mut loaded));

    let mut npz = NpzReader::new(File::open(&path).expect("it is there")).expect("an archive");
    let mut names = npz.names().expect("names");
    names.sort();
    assert_eq!(names, ["W1", "W2", "b1", "b2"]);
    assert_eq!(
        fs::read_dir(path.parent().expect("a folder")).expect("it can be listed").count(),
        1,
        "no litter"
    );
}

#[test]
fn numpys_files_are_loaded_whatever_their_type_and_order() {
    let expected: [ArrayD<f32>; 4] = [
        array![[0.5, -1.0], [2.0, 0.25], [-0.125, 3.0]].into_dyn(),
        array![1.0, -2.0].into_dyn(),
        array![[4.0], [0.75]].into_dyn(),
        array![-0.5].into_dyn(),
    ];
    for name in
        ["numpy_f32.npz", "numpy_f64_fortran.npz", "numpy_f16_fortran.npz", "numpy_compressed.npz"]
    {
        let mut network = network(1);
        weights::load(&mut network, &fixture(name)).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(values(&mut network), expected, "{name}");
    }
}

#[test]
fn half_precision_keeps_eleven_bits_and_refuses_what_is_too_large() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("half.npz");
    let (mut saved, mut loaded) = (network(1), network(2));
    weights::save_half(&mut saved, &path).expect("it can be saved");
    weights::load(&mut loaded, &path).expect("it can be loaded");
    for (whole, half) in values(&mut saved).iter().zip(&values(&mut loaded)) {
        for (whole, half) in whole.iter().zip(half) {
            assert!((whole - half).abs() <= whole.abs() / 2048.0, "{whole} became {half}");
        }
    }
    assert_ne!(values(&mut saved), values(&mut loaded), "random numbers lose something");

    saved.params()[0].value[[0, 0]] = 65520.0; // the first that rounds to infinity
    let error = weights::save_half(&mut saved, &path).expect_err("too large").to_string();
    assert!(error.contains("W1") && error.contains("65504"), "{error}");
    weights::load(&mut loaded, &path).expect("the old file is untouched");
}

#[test]
fn arrays_are_read_without_a_network_in_the_order_asked_for() {
    let wanted: [(&str, &[usize]); 4] =
        [("b2", &[1]), ("W1", &[3, 2]), ("W2", &[2, 1]), ("b1", &[2])];
    let path = fixture("numpy_f64_fortran.npz");
    let bytes = fs::read(&path).expect("it is there");
    let from_file: Vec<ArrayD<f64>> = weights::read(&path, &wanted).expect("a sound file");
    let from_bytes = weights::read_from::<f64>(Cursor::new(bytes), Path::new("built in"), &wanted);
    assert_eq!(from_bytes.expect("the same bytes"), from_file);
    assert_eq!(from_file[0], array![-0.5].into_dyn());
    assert_eq!(from_file[1][[1, 0]], 2.0);

    let none = weights::read_from::<f32>(Cursor::new(b""), Path::new("built in"), &wanted);
    let message = none.expect_err("nothing is no archive").to_string();
    assert!(message.starts_with("built in: not a whole .npz file"), "{message}");
}

#[test]
fn a_file_cut_off_at_any_byte_is_an_error() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("w.npz");
    weights::save(&mut network(1), &path).expect("it can be saved");
    let whole = fs::read(&path).expect("it can be read");
    let mut network = network(2);
    let before = values(&mut network);
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).expect("it can be written");
        let result = weights::load(&mut network, &path);
        assert!(matches!(result, Err(Error::Format { .. })), "cut to {length} bytes: {result:?}");
    }
    assert_eq!(values(&mut network), before, "a failed load changes nothing");
}

#[test]
fn a_file_changed_at_any_byte_is_no_panic() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("w.npz");
    let whole = fs::read(fixture("numpy_f32.npz")).expect("it can be read");
    for i in 0..whole.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[i] ^= flip;
            fs::write(&path, &bytes).expect("it can be written");
            let _ = weights::load(&mut network(1), &path);
        }
    }
}

/// Writes W1, b1, W2, b2 after `change` had its way with them, and tries to load them.
fn refusal(write: impl FnOnce(&mut NpzWriter<File>)) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("w.npz");
    let mut npz = NpzWriter::new(File::create(&path).expect("it can be made"));
    write(&mut npz);
    npz.finish().expect("it can be written");
    weights::load(&mut network(1), &path).expect_err("this must be refused").to_string()
}

fn add(npz: &mut NpzWriter<File>, name: &str, rows: usize, columns: usize, value: f32) {
    npz.add_array(name, &Array2::from_elem((rows, columns), value)).expect("it can be written");
}

fn add_bias(npz: &mut NpzWriter<File>, name: &str, length: usize) {
    npz.add_array(name, &Array1::<f32>::zeros(length)).expect("it can be written");
}

#[test]
fn what_does_not_fit_is_named() {
    let missing = refusal(|npz| add(npz, "W1", 3, 2, 0.0));
    assert!(missing.contains("expected the arrays W1, W2, b1, b2, found W1"), "{missing}");

    let wrong_shape = refusal(|npz| {
        add(npz, "W1", 2, 3, 0.0);
        add_bias(npz, "b1", 2);
        add(npz, "W2", 2, 1, 0.0);
        add_bias(npz, "b2", 1);
    });
    assert!(wrong_shape.contains("W1: expected shape [3, 2], found [2, 3]"), "{wrong_shape}");

    let not_finite = refusal(|npz| {
        add(npz, "W1", 3, 2, 0.0);
        add_bias(npz, "b1", 2);
        add(npz, "W2", 2, 1, f32::NAN);
        add_bias(npz, "b2", 1);
    });
    assert!(not_finite.contains("W2: holds numbers that are not finite"), "{not_finite}");

    let too_large = refusal(|npz| {
        add(npz, "W1", 1000, 1000, 0.0);
        add_bias(npz, "b1", 2);
        add(npz, "W2", 2, 1, 0.0);
        add_bias(npz, "b2", 1);
    });
    assert!(too_large.contains("W1: larger than the network's array"), "{too_large}");

    let whole_numbers = refusal(|npz| {
        npz.add_array("W1", &Array2::<i64>::zeros((3, 2))).expect("it can be written");
        add_bias(npz, "b1", 2);
        add(npz, "W2", 2, 1, 0.0);
        add_bias(npz, "b2", 1);
    });
    assert!(
        whole_numbers.contains("W1: expected numbers of type f32, f64 or f16"),
        "{whole_numbers}"
    );
}
