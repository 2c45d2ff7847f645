use std::fs;
use std::net::TcpStream;
use std::sync::atomic::Ordering;

use super::download::test_mirrors::{
    dead, drip, fetch_impatiently, mirror, names, send, with_status,
};
use super::*;

fn flags(data: Source, folder: &Path) -> DataFlags {
    DataFlags { data, data_dir: Some(folder.into()), offline: false, train_size: Some(20) }
}

fn fetching<'a>(mirrors: &'a [&str]) -> impl Fn(&Path) -> Result<()> + 'a {
    |folder| fetch_impatiently(folder, &mnist::missing(folder)?, mirrors)
}

/// Whatever the mirrors do, the digits are the built-in ones and the folder stays as it was; and who
/// asks for MNIST is told what each mirror did.
#[track_caller]
fn falls_back(mirrors: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let (train, test) = load_with(&flags(Source::Auto, folder.path()), fetching(mirrors)).unwrap();
    assert_eq!((train.len(), test.len()), (20, TEST_COUNT));
    assert_eq!(train, digits::draw(TRAIN_SEED, 20));
    assert_eq!(names(folder.path()), [""; 0]);

    let error = load_with(&flags(Source::Mnist, folder.path()), fetching(mirrors)).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("cannot download train-images-idx3-ubyte.gz: "), "{text}");
    assert_eq!(text.matches("127.0.0.1:").count(), mirrors.len(), "{text}");
    assert_eq!(names(folder.path()), [""; 0]);
}

fn cut(_: &str, stream: &mut TcpStream) -> std::io::Result<()> {
    use std::io::Write;
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 9912422\r\n\r\n")?;
    stream.write_all(&[0x1f; 100_000])
}

#[test]
fn without_a_good_mirror_the_digits_are_drawn() {
    let (cut, _) = mirror(cut);
    let (page, _) = mirror(|_, stream| send(stream, b"<html>Please log in</html>"));
    let (slow, _) = mirror(|_, stream| {
        drip(stream.try_clone()?, &[b' '; 1000]);
        Ok(())
    });
    falls_back(&[with_status(403).0, with_status(503).0]);
    falls_back(&[cut, page]);
    falls_back(&[slow, dead()]);
}

#[test]
fn a_folder_that_takes_nothing_is_no_reason_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let refuse = |_: &Path| Err(Error::Invalid("no room".into()));
    let (train, _) = load_with(&flags(Source::Auto, folder.path()), refuse).unwrap();
    assert_eq!(train.len(), 20);
    let error = load_with(&flags(Source::Mnist, folder.path()), refuse).unwrap_err();
    assert_eq!(error.to_string(), "no room");
}

/// The real files from the second mirror, after the first sent something else.
#[test]
fn the_second_mirror_is_asked_for_what_the_first_has_not() {
    let Some(real) = testing::mnist_folder() else { return };
    let files = mnist::FILES.map(|file| real.join(file.name));
    if !files.iter().all(|file| file.exists()) {
        testing::skipped("MNIST_DIR has not the files as published");
        return;
    }
    let (wrong, asked) = mirror(|_, stream| send(stream, &vec![7; 9_912_422]));
    let (good, _) = mirror(move |name, stream| send(stream, &fs::read(real.join(name))?));
    let folder = tempfile::tempdir().unwrap();
    let both = [wrong, good];
    let (train, test) = load_with(&flags(Source::Mnist, folder.path()), fetching(&both)).unwrap();
    assert_eq!((train.labels[..3].to_vec(), test.len()), (vec![5, 0, 4], 10_000));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let mut expected = mnist::FILES.map(|file| file.name);
    expected.sort_unstable();
    assert_eq!(names(folder.path()), expected);
}

/// A folder with 100 train and 20 test images that are not MNIST's, under the names of its files.
fn another_set() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, count) in [("train", 100_u32), ("t10k", 20)] {
        let [images, labels] = ["images-idx3", "labels-idx1"]
            .map(|part| folder.path().join(format!("{name}-{part}-ubyte")));
        let data = digits::draw(7, count as usize);
        let header = [[0, 0, 8, 3], count.to_be_bytes(), [0, 0, 0, 28], [0, 0, 0, 28]].concat();
        fs::write(images, [&header, data.images.as_slice().unwrap()].concat()).unwrap();
        let header = [[0, 0, 8, 1], count.to_be_bytes()].concat();
        fs::write(labels, [header, data.labels].concat()).unwrap();
    }
    folder
}

#[test]
fn a_set_that_is_not_mnist_is_read_but_not_called_so() {
    let folder = another_set();
    let forbidden = |_: &Path| Err(Error::Invalid("it is there".into()));
    let flags = flags(Source::Mnist, folder.path());
    let (called, found) = find_mnist(&flags, forbidden).unwrap().unwrap();
    assert_eq!(called, format!("a set like MNIST from {}", folder.path().display()));
    assert_eq!((found.train.len(), found.test.len()), (100, 20));
    let (train, test) = load_with(&flags, forbidden).unwrap();
    assert_eq!((train.len(), test.len()), (20, 20));
}

#[test]
fn a_folder_without_mnist_is_told_by_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let told = |expected: &str| {
        let flags = DataFlags { offline: true, ..flags(Source::Mnist, folder.path()) };
        let text = load_with(&flags, |_| Ok(())).unwrap_err().to_string();
        let place = folder.path().display();
        let end = "and --offline forbids to fetch it";
        assert_eq!(text, format!("MNIST is not in {place}{expected}, {end}"));
    };
    let [a, b, c, d] = mnist::FILES.map(|file| file.name);
    told("");
    fs::write(folder.path().join(".hidden"), "x").unwrap();
    told("");
    // The names of EMNIST and QMNIST.
    fs::write(folder.path().join("qmnist-train-labels-idx2-int.gz"), "x").unwrap();
    told(&format!(" (wanted {a}, {b}, {c}, {d}; found qmnist-train-labels-idx2-int.gz)"));
    for name in ["train-labels", "train-images", "test-labels"] {
        let name = format!("emnist-letters-{name}-idx-ubyte.gz");
        fs::write(folder.path().join(name), "x").unwrap();
    }
    fs::write(folder.path().join(a), "x").unwrap();
    let [x, y] = ["test-labels", "train-images"];
    let found = format!("emnist-letters-{x}-idx-ubyte.gz, emnist-letters-{y}-idx-ubyte.gz");
    told(&format!(
        " (wanted {b}, {c}, {d}; found {found}, emnist-letters-train-labels-idx-ubyte.gz and 2 more)"
    ));
}

#[test]
fn only_what_the_programs_fetched_may_be_deleted() {
    let folder = PathBuf::from("data/mnist");
    let [own, fetched] = [None, Some(&folder)];
    let advice = |name: &str, fetched_into| {
        let error = Error::format(&folder.join(name), "is damaged");
        let text = advise(error, fetched_into).to_string();
        text.split_once("; ").unwrap().1.to_owned()
    };
    let delete = "delete it to have it fetched again";
    let keep = "put a sound copy in its place, or name another folder with --data-dir";
    assert_eq!(advice("t10k-labels-idx1-ubyte.gz", fetched), delete);
    assert_eq!(advice("t10k-labels-idx1-ubyte.gz", own), keep);
    assert_eq!(advice("t10k-labels-idx1-ubyte", fetched), keep);
    assert_eq!(advice("t10k-labels-idx1-ubyte/t10k-labels-idx1-ubyte.gz", fetched), keep);
    let text = advise(Error::Invalid("other data".into()), fetched).to_string();
    assert_eq!(text, "other data");
}
