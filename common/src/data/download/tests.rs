use super::test_mirrors::{dead, drip, fetch_impatiently, mirror, names, send, with_status};
use super::*;
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::thread;

const ONE: &[u8] = b"one file's contents";
const TWO: &[u8] = b"and another's";

fn remote(name: &'static str, contents: &[u8]) -> Remote {
    let sha256 = Sha256::digest(contents).iter().map(|byte| format!("{byte:02x}")).collect();
    Remote { name, bytes: contents.len() as u64, sha256: String::leak(sha256) }
}

fn files() -> [Remote; 2] {
    [remote("one", ONE), remote("two", TWO)]
}

fn contents(name: &str) -> &'static [u8] {
    if name == "one" { ONE } else { TWO }
}

fn good(name: &str, stream: &mut TcpStream) -> std::io::Result<()> {
    send(stream, contents(name))
}

fn try_mirrors(folder: &Path, mirrors: &[&str]) -> Result<()> {
    fetch_impatiently(folder, &files(), mirrors)
}

/// The second of two mirrors must be used; alone, the first is an error that leaves no trace.
fn is_passed_over(bad: &str, reason: &str) {
    let parent = tempfile::tempdir().unwrap();
    let (url, _) = mirror(good);
    let folder = parent.path().join("a/b");
    try_mirrors(&folder, &[bad, url]).unwrap();
    assert_eq!(names(&folder), ["one", "two"], "{reason}");
    assert_eq!(fs::read(folder.join("one")).unwrap(), ONE);
    assert_eq!(fs::read(folder.join("two")).unwrap(), TWO);

    let folder = parent.path().join("c/d");
    let text = try_mirrors(&folder, &[bad]).unwrap_err().to_string();
    assert!(text.starts_with("cannot download one: 127.0.0.1:"), "{text}");
    assert!(text.contains(reason) && !text.contains('\n') && text.len() < 300, "{text}");
    assert_eq!(names(parent.path()), ["a"], "the folder must not appear");

    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine"), "").unwrap();
    try_mirrors(folder.path(), &[bad]).unwrap_err();
    assert_eq!(names(folder.path()), ["mine"], "the folder must not change");
}

#[test]
fn fetches_into_new_and_old_folders() {
    let parent = tempfile::tempdir().unwrap();
    let (url, asked) = mirror(good);
    for folder in [parent.path().join("new/folder"), parent.path().into()] {
        try_mirrors(&folder, &[url]).unwrap();
        assert_eq!(fs::read(folder.join("one")).unwrap(), ONE);
        assert_eq!(fs::read(folder.join("two")).unwrap(), TWO);
    }
    assert_eq!(asked.load(Ordering::Relaxed), 4);
    assert_eq!(names(parent.path()), ["new", "one", "two"]);
}

#[cfg(unix)]
#[test]
fn files_are_readable_like_any_other() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    try_mirrors(folder.path(), &[mirror(good).0]).unwrap();
    let mine = folder.path().join("mine");
    fs::write(&mine, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&folder.path().join("one")), mode(&mine));
}

#[test]
fn follows_a_few_redirects() {
    let (target, _) = mirror(good);
    let (url, _) = mirror(move |name, stream| {
        write!(
            stream,
            "HTTP/1.1 302 Found\r\nLocation: {target}{name}\r\nContent-Length: 0\r\n\r\n"
        )
    });
    let folder = tempfile::tempdir().unwrap();
    try_mirrors(folder.path(), &[url]).unwrap();
    assert_eq!(names(folder.path()), ["one", "two"]);
}

#[test]
fn error_statuses() {
    for status in [403, 404, 503] {
        is_passed_over(with_status(status).0, &format!("answered with HTTP status {status}"));
    }
}

#[test]
fn wrong_bytes() {
    let (url, _) = mirror(|name, stream| send(stream, &contents(name).to_ascii_uppercase()));
    is_passed_over(url, "sent other bytes than the file's (wrong SHA-256)");
}

#[test]
fn a_page_in_place_of_the_file() {
    let (url, _) = mirror(|_, stream| send(stream, b"<html>"));
    is_passed_over(url, "sent only 6 of 19 bytes");
}

#[test]
fn a_body_without_end() {
    let (url, _) = mirror(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
        loop {
            stream.write_all(&[0; 1 << 16])?;
        }
    });
    is_passed_over(url, "sent more than the 19 bytes of the file");
}

#[test]
fn a_connection_cut_half_way() {
    let (url, _) =
        mirror(|_, stream| write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\none file"));
    is_passed_over(url, "after 8 of 19 bytes");
}

#[test]
fn a_redirect_loop() {
    let (url, asked) = mirror(|name, stream| {
        write!(stream, "HTTP/1.1 302 Found\r\nLocation: /data/{name}\r\n")?;
        write!(stream, "Content-Length: 0\r\nConnection: close\r\n\r\n")
    });
    is_passed_over(url, "too many redirects");
    assert_eq!(asked.load(Ordering::Relaxed), 3 * (1 + 5));
}

#[test]
fn a_stall_before_the_answer() {
    let (url, _) = mirror(|_, stream| {
        let stream = stream.try_clone()?;
        thread::spawn(move || (thread::sleep(Duration::from_secs(60)), stream));
        Ok(())
    });
    is_passed_over(url, "took too long");
}

#[test]
fn a_stall_within_the_file() {
    let (url, _) = mirror(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\none file")?;
        let stream = stream.try_clone()?;
        thread::spawn(move || (thread::sleep(Duration::from_secs(60)), stream));
        Ok(())
    });
    is_passed_over(url, "took too long after 8 of 19 bytes");
}

#[test]
fn a_file_that_drips() {
    let (url, _) = mirror(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n")?;
        drip(stream.try_clone()?, ONE);
        Ok(())
    });
    is_passed_over(url, "of 19 bytes in 0 s");
}

#[test]
fn an_answer_that_drips() {
    let (url, _) = mirror(|_, stream| {
        drip(stream.try_clone()?, b"HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\none file");
        Ok(())
    });
    is_passed_over(url, "took too long");
}

#[test]
fn what_is_left_of_a_killed_download_goes_with_the_next() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".unfinished-0a1b2c"), &ONE[..4]).unwrap();
    try_mirrors(folder.path(), &[mirror(good).0]).unwrap();
    assert_eq!(names(folder.path()), ["one", "two"]);
}

#[test]
fn something_that_does_not_speak_http() {
    let (url, _) = mirror(|_, stream| stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n"));
    is_passed_over(url, "127.0.0.1");
}

#[test]
fn nobody_there() {
    is_passed_over(dead(), "Connection refused");
}

#[test]
fn a_mirror_that_failed_is_not_asked_for_the_next_file() {
    let (bad, asked_bad) = with_status(503);
    let (url, asked) = mirror(good);
    let folder = tempfile::tempdir().unwrap();
    try_mirrors(folder.path(), &[bad, url]).unwrap();
    assert_eq!(asked_bad.load(Ordering::Relaxed), 1);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[test]
fn the_error_says_what_each_mirror_answered_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let text = try_mirrors(folder.path(), &[with_status(404).0, with_status(503).0]).unwrap_err();
    let text = text.to_string();
    let (first, second) = text.split_once("; ").unwrap();
    assert!(first.ends_with(": answered with HTTP status 404"), "{text}");
    let end = format!("503 (check the network, or put the files into {})", folder.path().display());
    assert!(second.ends_with(&end), "{text}");
}

#[test]
fn what_came_before_a_failure_stays() {
    let (url, _) = mirror(|name, stream| {
        if name == "one" {
            good(name, stream)
        } else {
            stream.write_all(b"HTTP/1.1 500 No\r\n\r\n")
        }
    });
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("new");
    let text = try_mirrors(&folder, &[url]).unwrap_err().to_string();
    assert!(text.starts_with("cannot download two"), "{text}");
    assert_eq!(names(&folder), ["one"]);
}

#[test]
fn a_folder_that_cannot_be_is_not_blamed_on_the_mirror() {
    let (url, asked) = mirror(good);
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    fs::write(&file, "").unwrap();
    for folder in [file.clone(), file.join("below")] {
        let text = try_mirrors(&folder, &[url, url]).unwrap_err().to_string();
        assert!(text.starts_with(&format!("cannot create {}", folder.display())), "{text}");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    fs::create_dir(parent.path().join("one")).unwrap();
    let text = try_mirrors(parent.path(), &[url]).unwrap_err().to_string();
    assert!(text.starts_with("cannot create "), "{text}");
    assert_eq!(names(parent.path()), ["file", "one"]);
}
