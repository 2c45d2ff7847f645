//! Files that somebody damaged, or made to harm: one clear line, at once, and little memory.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use testing::Program;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch03_forward"));

/// What the network's arrays are called, and their shapes as NumPy writes them.
const ARRAYS: [(&str, &str, usize); 6] = [
    ("W1", "(784, 50)", 784 * 50),
    ("b1", "(50,)", 50),
    ("W2", "(50, 100)", 50 * 100),
    ("b2", "(100,)", 100),
    ("W3", "(100, 10)", 100 * 10),
    ("b3", "(10,)", 10),
];

/// A file of NumPy's.
fn npy(descr: &str, shape: &str, bytes: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n");
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), bytes].concat()
}

/// The files of a sound archive, all zeros.
fn sound() -> Vec<(String, Vec<u8>)> {
    let file = |(name, shape, len)| {
        (format!("{name}.npy"), npy("'<f4'", shape, &f32::to_le_bytes(0.0).repeat(len)))
    };
    ARRAYS.map(file).into()
}

fn npz(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).expect("a name");
        zip.write_all(bytes).expect("memory takes it");
    }
    zip.finish().expect("memory takes it").into_inner()
}

#[track_caller]
fn weights_refused(bytes: &[u8], because: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("w.npz"), bytes).expect("it can be written");
    let arguments = ["infer", "--data", "digits", "--weights", "w.npz"];
    PROGRAM.refuses(folder.path(), &arguments, &format!("w.npz: {because}"));
}

/// The archive with the contents of one file in the place of another's.
#[track_caller]
fn array_refused(name: &str, bytes: Vec<u8>, because: &str) {
    let mut files = sound();
    for file in files.iter_mut().filter(|file| file.0 == format!("{name}.npy")) {
        file.1 = bytes.clone();
    }
    weights_refused(&npz(&files), &format!("{name}: {because}"));
}

#[test]
fn weights_with_arrays_missing_extra_or_twice() {
    let (one, all) = (sound().split_off(5), sound());
    weights_refused(&npz(&one), "expected the arrays W1, W2, W3, b1, b2, b3, found b3");
    let extra = [&all[..], &[("W4.npy".into(), Vec::new())]].concat();
    weights_refused(
        &npz(&extra),
        "expected the arrays W1, W2, W3, b1, b2, b3, found W1, W2, W3, W4",
    );
    let mut twice = npz(&[&all[..], &[("b4.npy".into(), all[5].1.clone())]].concat());
    for at in 0..twice.len() - 6 {
        if twice[at..].starts_with(b"b4.npy") {
            twice[at + 1] = b'3';
        }
    }
    weights_refused(&twice, "holds 7 arrays under 6 names");
    let whole = npz(&all);
    for length in [0, 1, whole.len() / 2, whole.len() - 1] {
        weights_refused(&whole[..length], "not a whole .npz file");
    }
}

#[test]
fn weights_with_an_array_that_is_none() {
    let nan = |x: f32| npy("'<f4'", "(10,)", &x.to_le_bytes().repeat(10));
    array_refused("b3", nan(f32::NAN), "holds numbers that are not finite");
    array_refused("b3", nan(f32::INFINITY), "holds numbers that are not finite");
    array_refused("b3", npy("'<f4'", "(1, 10)", &[0; 40]), "expected shape [10], found [1, 10]");
    array_refused("b3", npy("'|O'", "(10,)", &[0; 80]), "expected numbers of type f32, f64 or f16");
    array_refused("b3", npy("'<f4'", "(4294967296, 2147483648)", &[0; 40]), "");
    array_refused("b3", npy("'<f4'", "(1000000000,)", &[0; 40]), "");
    array_refused("b3", npy("'<f4'", "(10,)", &[0; 1 << 20]), "larger than the network's array");
    array_refused("b3", npy(&"[".repeat(9000), "(10,)", &[]), "its header has more brackets");
    array_refused("b3", b"PK not NumPy".to_vec(), "is not in NumPy's format");
}

/// Reads images from a folder whose file of images to learn from is this.
#[track_caller]
fn images_refused(bytes: &[u8], because: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let digits = folder.path().join("digits");
    fs::create_dir(&digits).expect("it can be made");
    for file in ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"] {
        fs::write(digits.join(format!("{file}-ubyte.gz")), bytes).expect("it can be written");
    }
    let begin = Path::new("digits").join("train-images-idx3-ubyte.gz");
    for section in ["digits", "infer"] {
        PROGRAM.refuses(
            folder.path(),
            &[section, "--data-dir", "digits"],
            &format!("error: {}: {because}", begin.display()),
        );
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes).expect("memory takes it");
    packer.finish().expect("memory takes it")
}

fn header(images: u32) -> Vec<u8> {
    [[0, 0, 8, 3], images.to_be_bytes(), 28_u32.to_be_bytes(), 28_u32.to_be_bytes()].concat()
}

#[test]
fn images_that_are_bombs_or_cut_short() {
    let bomb = [gzip(&header(1)), gzip(&vec![0; 10 << 20]).repeat(20)].concat();
    images_refused(
        &bomb,
        "holds more than its header says, which is 784 bytes of data; put a sound copy",
    );
    let claims = "claims 2147483648×28×28 bytes of images, more than 200 MiB; put a sound copy";
    images_refused(&header(1 << 31), claims);
    images_refused(&gzip(&header(1 << 31)), claims);
    images_refused(&gzip(&header(200_000)), "claims 200000×28×28 bytes, more than ");
    images_refused(&header(2), "is cut short: only 0 of 1568 bytes of data came; put a sound copy");
    images_refused(
        &gzip(&header(2))[..20],
        "is cut short: it ends within its header; put a sound copy",
    );
    images_refused(b"<html>", "is not an IDX file of images");
}
