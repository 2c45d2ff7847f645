use super::*;
use std::fs;
use std::time::Instant;
use tempfile::TempDir;

fn images(count: u32, side: u32) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 3];
    for size in [count, side, side] {
        bytes.extend(size.to_be_bytes());
    }
    bytes.resize(16 + (count * side * side) as usize, 7);
    bytes
}

fn labels(count: u8) -> Vec<u8> {
    [0, 0, 8, 1, 0, 0, 0, count].into_iter().chain((0..count).map(|label| label % 10)).collect()
}

/// A folder of three images to learn from and two to be examined on, each under another name.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("train-images-idx3-ubyte"), images(3, 28)).unwrap();
    fs::write(folder.path().join("train-labels.idx1-ubyte"), labels(3)).unwrap();
    fs::write(folder.path().join("t10k-images-idx3-ubyte.gz"), images(2, 28)).unwrap();
    fs::write(folder.path().join("t10k-labels.idx1-ubyte.gz"), labels(2)).unwrap();
    folder
}

#[test]
fn loads_all_four_under_any_name() {
    let folder = folder();
    let mnist = load(folder.path()).unwrap().unwrap();
    assert_eq!(mnist.train.images.dim(), (3, 1, 28, 28));
    assert_eq!(mnist.train.labels, [0, 1, 2]);
    assert_eq!(mnist.test.images.dim(), (2, 1, 28, 28));
    assert_eq!(mnist.test.labels, [0, 1]);
    assert_eq!(missing(folder.path()).unwrap(), []);
    // Nothing is missing, so no mirror is needed.
    download(folder.path(), &[]).unwrap();
}

#[test]
fn tells_nothing_there_from_some_missing() {
    let folder = folder();
    let nowhere = folder.path().join("nowhere");
    assert_eq!(load(&nowhere).unwrap(), None);
    assert_eq!(missing(&nowhere).unwrap(), FILES);

    fs::remove_file(folder.path().join("train-labels.idx1-ubyte")).unwrap();
    assert_eq!(load(folder.path()).unwrap(), None);
    assert_eq!(missing(folder.path()).unwrap(), [FILES[1]]);
    let text = download(folder.path(), &[]).unwrap_err().to_string();
    let expected = "cannot download train-labels-idx1-ubyte.gz: no mirror is known";
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn a_broken_file_is_an_error_that_says_to_delete_it() {
    let folder = folder();
    let path = folder.path().join("t10k-images-idx3-ubyte.gz");
    fs::write(&path, &images(2, 28)[..100]).unwrap();
    let text = load(folder.path()).unwrap_err().to_string();
    let end =
        "is cut short: only 84 of 1568 bytes of data came; delete it to have it fetched again";
    assert_eq!(text, format!("{}: {end}", path.display()));

    fs::write(&path, images(2, 32)).unwrap();
    let text = load(folder.path()).unwrap_err().to_string();
    let end =
        "has images of 32×32 pixels where MNIST has 28×28; delete it to have it fetched again";
    assert_eq!(text, format!("{}: {end}", path.display()));

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let text = load(folder.path()).unwrap_err().to_string();
    assert!(text.contains("is not a file; a file of images belongs here"), "{text}");
}

#[test]
fn counts_that_disagree_are_an_error() {
    let folder = folder();
    let path = folder.path().join("t10k-labels.idx1-ubyte.gz");
    fs::write(&path, labels(5)).unwrap();
    let text = load(folder.path()).unwrap_err().to_string();
    let end = format!("has 2 images, but {} has 5 labels; delete both", path.display());
    assert!(text.contains(&end), "{text}");
}

#[test]
fn a_file_in_place_of_the_folder_is_an_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for outcome in [load(file.path()).map(drop), download(file.path(), &[])] {
        assert!(matches!(outcome, Err(Error::Io { .. })), "{outcome:?}");
    }
}

#[test]
fn loads_the_real_files() {
    let Some(folder) = std::env::var_os("MNIST_DIR").filter(|dir| !dir.is_empty()) else {
        let _ =
            std::io::Write::write_all(&mut std::io::stderr(), b"skipped: MNIST_DIR is not set\n");
        return;
    };
    let start = Instant::now();
    let mnist = load(Path::new(&folder)).unwrap().unwrap();
    println!("loaded in {:?}", start.elapsed());
    assert_eq!(mnist.train.images.dim(), (60_000, 1, 28, 28));
    assert_eq!(mnist.test.images.dim(), (10_000, 1, 28, 28));
    assert_eq!(mnist.train.labels[..10], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    assert_eq!(mnist.test.labels[..10], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    let sum =
        |images: &ndarray::Array4<u8>| images.iter().map(|&pixel| u64::from(pixel)).sum::<u64>();
    let mean = sum(&mnist.train.images) as f64 / mnist.train.images.len() as f64 / 255.0;
    assert!((mean - 0.1307).abs() < 1e-4, "{mean}");
}
