//! Mirrors on this machine, good and bad, for the tests.

use super::*;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// As [`fetch`] does, but impatient, and past any proxy of this machine.
pub fn fetch_impatiently(folder: &Path, files: &[Remote], mirrors: &[&str]) -> Result<()> {
    let pause = Duration::from_millis(700);
    let patience = Patience { pause, start: pause, ..Patience::default() };
    let agent = patience.settings().proxy(None).build().into();
    fetch_with(&agent, &patience, folder, files, mirrors)
}

/// A mirror on this machine that answers every request as `answer` does, and counts them.
pub fn mirror(
    answer: impl Fn(&str, &mut TcpStream) -> std::io::Result<()> + Send + 'static,
) -> (&'static str, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/data/", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines =
                BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let Some(request) = lines.next() else { continue };
            lines.find(String::is_empty);
            count.fetch_add(1, Ordering::Relaxed);
            let name = request.split(' ').nth(1).unwrap().trim_start_matches("/data/");
            // The other side may hang up; that is its business.
            let _ = answer(name, &mut stream);
        }
    });
    (url.leak(), asked)
}

pub fn send(stream: &mut TcpStream, body: &[u8]) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n", body.len())?;
    write!(stream, "Connection: close\r\n\r\n")?;
    stream.write_all(body)
}

pub fn with_status(status: u16) -> (&'static str, Arc<AtomicUsize>) {
    mirror(move |_, stream| {
        write!(
            stream,
            "HTTP/1.1 {status} No\r\nContent-Length: 5\r\nConnection: close\r\n\r\nSorry"
        )
    })
}

/// A port of this machine on which nothing listens.
pub fn dead() -> &'static str {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/data", listener.local_addr().unwrap()).leak()
}

pub fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A byte every twentieth of a second, and never a pause that is long.
pub fn drip(mut stream: TcpStream, bytes: &'static [u8]) {
    thread::spawn(move || {
        bytes.iter().try_for_each(|byte| {
            thread::sleep(Duration::from_millis(50));
            stream.write_all(&[*byte])
        })
    });
}
