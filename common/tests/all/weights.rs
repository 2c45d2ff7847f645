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
use common::store::weights;
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

/// W1 from an archive of files, some of which another program than NumPy may have made.
fn weights_of(files: &[(&str, &[u8])]) -> common::Result<Vec<ArrayD<f32>>> {
    use std::io::Write;
    use zip::write::{SimpleFileOptions, ZipWriter};
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a name");
        zip.write_all(bytes).expect("memory takes it");
    }
    let source = zip.finish().expect("memory takes it");
    weights::read_from::<f32>(source, Path::new("file"), &[("W1", &[3, 2])])
}

fn refusal_of(files: &[(&str, &[u8])]) -> String {
    let text = weights_of(files).expect_err("this must be refused").to_string();
    assert!(!text.contains(char::is_control) && text.chars().count() < 450, "{text:?}");
    text.strip_prefix("file: ").expect(&text).to_string()
}

/// An array in NumPy's format whose header is whatever `header` says, and 24 bytes of numbers.
fn npy(header: &str) -> Vec<u8> {
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), &[0; 24]].concat()
}

fn header(descr: &str, shape: &str) -> String {
    format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n")
}

#[test]
fn numbers_may_begin_anywhere() {
    for blanks in 0..8 {
        let padded = format!("{}{}\n", header("'<f4'", "(3, 2)").trim_end(), " ".repeat(blanks));
        weights_of(&[("W1.npy", &npy(&padded))]).expect("a sound file");
    }
}

#[test]
fn what_only_malice_or_accident_writes_is_named_too() {
    let sound = npy(&header("'<f4'", "(3, 2)"));
    let one = |bytes: &[u8]| refusal_of(&[("W1.npy", bytes)]);
    assert_eq!(one(b""), "W1: is not in NumPy's format");
    assert_eq!(one(&sound[..30]), "W1: is cut short: it ends within its header");
    assert_eq!(
        one(&npy("'not a dictionary'\n")),
        "W1: error parsing header: metadata is not a dict: 'not a dictionary'"
    );
    assert!(one(&npy("{'descr' '<f4'}\n")).starts_with("W1: error parsing header"));
    let object = one(&npy(&header("'|O'", "(3, 2)")));
    assert_eq!(object, "W1: expected numbers of type f32, f64 or f16, found '|O': Python objects");
    let record = one(&npy(&header("[('x', '<f4'), ('y', '<f4', (2,))]", "(2,)")));
    assert!(record.starts_with("W1: expected numbers of type f32, f64 or f16"), "{record}");
    for huge in
        ["(4294967296, 2147483648)", "(0, 4294967296, 4294967296)", "(99999999999999999999,)"]
    {
        let text = one(&npy(&header("'<f4'", huge)));
        assert!(text.starts_with("W1: "), "{text}");
    }
    let text = one(&npy(&header("'<f4'", "(-3, 2)")));
    assert_eq!(text, "W1: error parsing header: illegal value for key shape: (-3, 2)");
    let (mut long, length) = (sound.clone(), 4_000_000_000_u32.to_le_bytes());
    long.splice(6..10, [2, 0].into_iter().chain(length));
    assert_eq!(one(&long), "W1: its header claims 4000000000 bytes, more than 10000");
    for bracket in ["(", "[", "{"] {
        let text = one(&npy(&bracket.repeat(9000)));
        assert_eq!(text, "W1: its header has more brackets than any that NumPy writes");
    }

    let extra = refusal_of(&[("W1.npy", &sound), ("two\nlines\u{1b}[2J.npy", b"")]);
    assert_eq!(extra, "expected the arrays W1, found W1, two lines [2J");
    let twice = refusal_of(&[("W1.npy", &sound), ("W1", &sound)]);
    assert_eq!(twice, "expected the arrays W1, found W1, W1");
    let names: Vec<String> = (0..1000).map(|i| format!("a{i}.npy")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert!(refusal_of(&many).ends_with(" and 980 more"));
    let long = "a".repeat(60_000);
    assert!(refusal_of(&[(&long, b"")]).ends_with("aaa…"));
}

#[test]
fn numbers_of_either_byte_order_are_read() {
    let expected = [0.5_f32, -1.0, 2.0, 0.25, -0.125, 3.0];
    let file = |descr: &str, numbers: Vec<u8>| {
        let mut bytes = npy(&header(descr, "(3, 2)"));
        bytes.truncate(bytes.len() - 24);
        [bytes, numbers].concat()
    };
    let halves = expected.map(half::f16::from_f32);
    let cases = [
        ("'>f2'", halves.iter().flat_map(|x| x.to_be_bytes()).collect()),
        ("'<f2'", halves.iter().flat_map(|x| x.to_le_bytes()).collect()),
        ("'>f4'", expected.iter().flat_map(|x| x.to_be_bytes()).collect()),
        ("\">f4\"", expected.iter().flat_map(|x| x.to_be_bytes()).collect()),
        ("'=f4'", expected.iter().flat_map(|x| x.to_le_bytes()).collect()),
        ("'>f8'", expected.iter().flat_map(|&x| f64::from(x).to_be_bytes()).collect::<Vec<_>>()),
    ];
    for (descr, numbers) in cases {
        let arrays = weights_of(&[("W1.npy", &file(descr, numbers))]).expect(descr);
        assert_eq!(arrays[0].iter().copied().collect::<Vec<_>>(), expected, "{descr}");
    }
}

#[test]
fn types_that_cannot_be_read_are_named() {
    for (descr, name) in [
        ("'<f16'", "float128"),
        ("'<c8'", "complex64"),
        ("'>c16'", "complex128"),
        ("'<i8'", "int64"),
        ("'|u1'", "uint8"),
        ("'|b1'", "bool"),
        ("'<U5'", "text"),
    ] {
        let text = refusal_of(&[("W1.npy", &npy(&header(descr, "(3, 2)")))]);
        let expected = format!("{name} cannot be read; in Python: array.astype('float32')");
        assert!(text.ends_with(&expected), "{text}");
    }
}

#[test]
fn a_compression_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("w.npz");
    weights::save(&mut network(1), &path).expect("it can be saved");
    let packed = fs::read(&path).expect("it is there");
    for (method, name) in [(9_u8, "deflate64"), (12, "bzip2"), (14, "LZMA"), (93, "Zstandard")] {
        let mut bytes = packed.clone();
        for at in 0..bytes.len() - 4 {
            match &bytes[at..at + 4] {
                b"PK\x03\x04" => bytes[at + 8] = method,
                b"PK\x01\x02" => bytes[at + 10] = method,
                _ => {}
            }
        }
        fs::write(&path, bytes).expect("it can be written");
        let text = weights::load(&mut network(1), &path).expect_err("refused").to_string();
        assert!(text.contains(&format!("compressed with {name}, which cannot be read")), "{text}");
    }
}

#[test]
fn files_of_other_programs_are_told_what_to_do_with() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("weights");
    let refusal = |bytes: &[u8]| {
        fs::write(&path, bytes).expect("it can be written");
        let text = weights::load(&mut network(1), &path).expect_err("refused").to_string();
        assert!(!text.contains('\n'), "{text}");
        text
    };
    let array = npy(&header("'<f4'", "(3, 2)"));
    assert!(refusal(&array).contains("is a single array; in Python"));
    assert!(refusal(b"\x80\x04\x95rest").contains("pickle.load(open('weights', 'rb'))"));
    assert!(refusal(b"\x89HDF\r\n\x1a\n").contains("is an HDF5 file"));
    let tensors = [&20_u64.to_le_bytes()[..], b"{\"W1\":{}}          "].concat();
    assert!(refusal(&tensors).contains("safetensors.numpy.load_file('weights')"));
    let torch = refusal_of(&[("archive/data.pkl", b""), ("archive/data/0", b"")]);
    assert!(torch.starts_with("was saved by PyTorch; in Python"), "{torch}");
    assert!(refusal(b"nothing of the kind").contains("not a whole .npz file"));
}

#[test]
fn two_arrays_of_one_name_are_refused() {
    // An archive's maker writes no name twice: rename the second one, in both of its places.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("w.npz");
    let mut npz = NpzWriter::new(File::create(&path).expect("it can be made"));
    ["W1", "W2"].iter().for_each(|name| add(&mut npz, name, 3, 2, 0.0));
    npz.finish().expect("it can be written");
    let mut bytes = fs::read(&path).expect("it can be read");
    for at in 0..bytes.len() - 6 {
        if bytes[at..].starts_with(b"W2.npy") {
            bytes[at + 1] = b'1';
        }
    }
    let error =
        weights::read_from::<f32>(Cursor::new(bytes), Path::new("file"), &[("W1", &[3, 2])]);
    let text = error.expect_err("this must be refused").to_string();
    assert_eq!(text, "file: holds 2 arrays under 1 names");
}

#[test]
fn a_file_that_unpacks_to_much_more_is_not_unpacked() {
    use std::io::Write;
    use zip::CompressionMethod;
    use zip::write::{SimpleFileOptions, ZipWriter};
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file("W1.npy", packed).expect("a name");
    zip.write_all(&npy(&header("'<f4'", "(5000, 5000)"))).expect("memory takes it");
    (0..100).for_each(|_| zip.write_all(&[0; 1 << 20]).expect("memory takes it"));
    let bomb = zip.finish().expect("memory takes it");
    assert!(bomb.get_ref().len() < 200 << 10);
    let before = peak();
    let error = weights::read_from::<f32>(bomb, Path::new("file"), &[("W1", &[3, 2])]);
    let text = error.expect_err("this must be refused").to_string();
    assert_eq!(text, "file: W1: larger than the network's array");
    // The kernel adds up its pages lazily, so that the peak may seem to fall a little.
    let more = peak().saturating_sub(before);
    assert!(more < 10 << 10, "{more} KiB more");
}

/// The most memory that this process ever took, in KiB; 0 where the system does not tell.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|kib| kib.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
