use super::download::mirrors::{dead, drip, fetch_impatiently, mirror, names, send, with_status};
use super::*;
use std::fs;
use std::net::TcpStream;
use std::sync::atomic::Ordering;

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
    let Some(real) = env::var_os("MNIST_DIR").filter(|dir| !dir.is_empty()) else {
        let _ =
            std::io::Write::write_all(&mut std::io::stderr(), b"skipped: MNIST_DIR is not set\n");
        return;
    };
    let files = mnist::FILES.map(|file| Path::new(&real).join(file.name));
    if !files.iter().all(|file| file.exists()) {
        let _ = std::io::Write::write_all(
            &mut std::io::stderr(),
            b"skipped: MNIST_DIR has not the files as published\n",
        );
        return;
    }
    let (wrong, asked) = mirror(|_, stream| send(stream, &vec![7; 9_912_422]));
    let (good, _) =
        mirror(move |name, stream| send(stream, &fs::read(Path::new(&real).join(name))?));
    let folder = tempfile::tempdir().unwrap();
    let both = [wrong, good];
    let (train, test) = load_with(&flags(Source::Mnist, folder.path()), fetching(&both)).unwrap();
    assert_eq!((train.labels[..3].to_vec(), test.len()), (vec![5, 0, 4], 10_000));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let mut expected = mnist::FILES.map(|file| file.name);
    expected.sort_unstable();
    assert_eq!(names(folder.path()), expected);
}
