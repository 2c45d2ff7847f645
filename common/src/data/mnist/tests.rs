use std::fs;
use std::time::Instant;

use tempfile::TempDir;

use super::*;

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

/// What is wrong with a folder, as one line.
fn problem(folder: &TempDir) -> String {
    let text = load(folder.path()).unwrap_err().to_string();
    assert!(!text.contains('\n'), "{text}");
    text
}

#[test]
fn a_broken_file_is_an_error() {
    let folder = folder();
    let path = folder.path().join("t10k-images-idx3-ubyte.gz");
    fs::write(&path, &images(2, 28)[..100]).unwrap();
    assert!(matches!(load(folder.path()), Err(Error::Format { .. })));
    let end = "is cut short: only 84 of 1568 bytes of data came";
    assert_eq!(problem(&folder), format!("{}: {end}", path.display()));
}

/// Sound files are nobody's fault: the error is another than for broken ones, and never says to
/// delete them.
#[test]
fn sound_files_of_another_kind_are_told_by_type_classes_and_size() {
    let folder = folder();
    let refused = |name: &str, bytes: &[u8], because: &str| {
        let path = folder.path().join(name);
        let before = fs::read(&path).unwrap();
        fs::write(&path, bytes).unwrap();
        assert!(matches!(load(folder.path()), Err(Error::Invalid(_))));
        let end = "name a folder with MNIST, or with another set of ten classes in its format";
        assert_eq!(problem(&folder), format!("{}: {because}; {end}", path.display()));
        fs::write(&path, before).unwrap();
    };
    let because = "has images of 32×32 pixels where MNIST has 28×28";
    refused("t10k-images-idx3-ubyte.gz", &images(2, 32), because);
    let floats = [0, 0, 0x0d, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28];
    let because =
        "holds a 3-dimensional array of 32-bit floats; images are a 3-dimensional array of bytes";
    refused("t10k-images-idx3-ubyte.gz", &floats, because);
    let qmnist = [0, 0, 0x0c, 2, 0, 0, 0, 3, 0, 0, 0, 8];
    let because =
        "holds a 2-dimensional array of 32-bit integers; labels are a 1-dimensional array of bytes";
    refused("train-labels.idx1-ubyte", &qmnist, because);
    let letters: Vec<u8> =
        [0, 0, 8, 1, 0, 0, 0, 52].into_iter().chain((0..52).map(|k| k % 26 + 1)).collect();
    let because = "label 9 (counted from 0) is 10, not 0 to 9; there are 26 classes, from 1 to 26";
    refused("train-labels.idx1-ubyte", &letters, because);
}

#[test]
fn what_is_no_file_is_passed_over() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let expected = load(folder.path()).unwrap();
    // As the set at Kaggle: folders beside the files, with copies in them; one is empty here.
    fs::create_dir(at("train-labels-idx1-ubyte")).unwrap();
    fs::create_dir(at("t10k-labels-idx1-ubyte")).unwrap();
    fs::write(at("t10k-labels-idx1-ubyte/t10k-labels-idx1-ubyte"), "another").unwrap();
    // An empty file, as of a download that failed.
    fs::write(at("train-images-idx3-ubyte.gz"), "").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", at("train-labels-idx1-ubyte.gz")).unwrap();
    assert_eq!(load(folder.path()).unwrap(), expected);
    assert_eq!(missing(folder.path()).unwrap(), []);

    // As 7-Zip unpacks: each in a folder of its own.
    for (name, inner) in [
        ("train-images-idx3-ubyte", "train-images.idx3-ubyte"),
        ("t10k-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte"),
    ] {
        fs::rename(at(name), at("kept")).unwrap();
        fs::create_dir(at(name)).unwrap();
        fs::rename(at("kept"), at(name).join(inner)).unwrap();
    }
    assert_eq!(load(folder.path()).unwrap(), expected);
}

#[test]
fn what_is_no_file_where_no_file_is_is_named() {
    let folder = folder();
    let name = "t10k-labels.idx1-ubyte.gz";
    let path = folder.path().join(name);
    let is_told = |end: &str| {
        let text = problem(&folder);
        assert_eq!(text, format!("{}: {end}", path.display()));
        assert_eq!(missing(folder.path()).unwrap_err().to_string(), text);
    };
    fs::write(&path, "").unwrap();
    is_told("is empty");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    is_told(
        "is a folder, and t10k-labels-idx1-ubyte is not in it; put the file there, or move the folder away",
    );
    fs::remove_dir(&path).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::{fs::symlink, net::UnixListener};
        symlink("nowhere", &path).unwrap();
        is_told("is a link that leads nowhere; mend it, or take it away");
        fs::remove_file(&path).unwrap();
        let _listener = UnixListener::bind(&path).unwrap();
        is_told("is neither a file nor a folder; take it away");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_an_error_that_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = folder.path().join("t10k-images-idx3-ubyte.gz");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&path).is_ok() {
        testing::skipped("who may read everything finds no file that may not be read");
        return;
    }
    let text = problem(&folder);
    assert!(
        text.starts_with(&format!("cannot read {}: Permission denied", path.display())),
        "{text}"
    );
}

#[test]
fn counts_that_disagree_are_an_error() {
    let folder = folder();
    let path = folder.path().join("t10k-labels.idx1-ubyte.gz");
    fs::write(&path, labels(5)).unwrap();
    let end = format!(
        "has 2 images, but {} has 5 labels; put two files of one set there",
        path.display()
    );
    let text = problem(&folder);
    assert!(text.ends_with(&end), "{text}");
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
    let Some(folder) = testing::mnist_folder() else { return };
    let start = Instant::now();
    let mnist = load(&folder).unwrap().unwrap();
    println!("loaded in {:?}", start.elapsed());
    let start = Instant::now();
    assert!(mnist.is_genuine());
    println!("known as MNIST in {:?}", start.elapsed());
    assert_eq!(mnist.train.images.dim(), (60_000, 1, 28, 28));
    assert_eq!(mnist.test.images.dim(), (10_000, 1, 28, 28));
    assert_eq!(mnist.train.labels[..10], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    assert_eq!(mnist.test.labels[..10], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    let sum =
        |images: &ndarray::Array4<u8>| images.iter().map(|&pixel| u64::from(pixel)).sum::<u64>();
    let mean = sum(&mnist.train.images) as f64 / mnist.train.images.len() as f64 / 255.0;
    assert!((mean - 0.1307).abs() < 1e-4, "{mean}");
}

#[test]
fn mnist_is_known_by_its_contents() {
    let Some(folder) = testing::mnist_folder() else { return };
    let mnist = load(&folder).unwrap().unwrap();
    let changes: [fn(&mut Mnist); 2] =
        [|part| part.train.labels[0] ^= 1, |part| part.test.images[[0, 0, 0, 0]] = 1];
    for (train, test) in [(60_000, 10_000), (2500, 7), (10, 10_000), (1, 1)] {
        let mut part = mnist.clone();
        part.train.truncate(train);
        part.test.truncate(test);
        assert!(part.is_genuine(), "{train} and {test}");
        for change in changes {
            let mut other = part.clone();
            change(&mut other);
            assert!(!other.is_genuine(), "{train} and {test}");
        }
    }
    let mut twice = mnist.clone();
    let indices: Vec<usize> = (0..10_000).chain([0]).collect();
    twice.test = mnist.test.select(&indices);
    assert!(!twice.is_genuine());
    assert!(!Mnist { train: mnist.test, test: mnist.train }.is_genuine());
}

#[test]
fn other_images_are_not_mnist() {
    assert!(!load(folder().path()).unwrap().unwrap().is_genuine());
}
