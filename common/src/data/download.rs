//! Fetches files of known size and SHA-256 from whichever mirror has them.
//!
//! A file appears under its name only when it is whole and right: until then it is a temporary
//! file beside the others, and moving it into place is a single rename.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use ureq::Agent;
use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;

use crate::store::files;
use crate::{Error, Result};

/// A file as its publisher made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remote {
    /// Its name, on the mirror and in the folder.
    pub name: &'static str,
    /// Its exact length in bytes.
    pub bytes: u64,
    /// Its SHA-256 in lower-case hexadecimal, so that no mirror has to be trusted.
    pub sha256: &'static str,
}

/// Fetches `files` into `folder`, which is made if need be, replacing what has their names.
///
/// Each mirror is the URL of a folder; they are tried in turn. A progress bar is shown on
/// standard error when that is a terminal.
///
/// # Errors
///
/// [`Error::Download`] if no mirror gave a file, [`Error::Io`] if one could not be stored. Files
/// fetched before that stay; of the others nothing is left.
pub fn fetch(folder: &Path, files: &[Remote], mirrors: &[&str]) -> Result<()> {
    let patience = Patience::default();
    fetch_with(&patience.settings().build().into(), &patience, folder, files, mirrors)
}

/// How long to wait, and for what: no mirror, however slow or strange, takes more of our time.
#[derive(Clone, Copy)]
struct Patience {
    /// For the mirror's address, and then for the connection.
    connect: Duration,
    /// For the answer, and then between two pieces of the file.
    pause: Duration,
    /// For the file to come at [`SLOWEST`] or faster in the mean.
    start: Duration,
    /// For the whole file.
    file: Duration,
}

/// Bytes a second. At less, MNIST's largest file would not come in the time that we wait for it.
const SLOWEST: f64 = 30_000.0;

impl Default for Patience {
    fn default() -> Self {
        let [connect, pause, start, file] = [3, 10, 20, 300].map(Duration::from_secs);
        Self { connect, pause, start, file }
    }
}

impl Patience {
    fn settings(self) -> ConfigBuilder<AgentScope> {
        Agent::config_builder()
            .timeout_resolve(Some(self.connect))
            .timeout_connect(Some(self.connect))
            .timeout_recv_response(Some(self.pause))
            .timeout_per_read(Some(self.pause))
            .timeout_global(Some(self.file))
            .max_redirects(5)
    }

    /// Whether `bytes` are too few after this time.
    fn is_over(self, bytes: u64, time: Duration) -> bool {
        time > self.start && (bytes as f64) < SLOWEST * time.as_secs_f64()
    }
}

fn fetch_with(
    agent: &Agent,
    patience: &Patience,
    folder: &Path,
    files: &[Remote],
    mirrors: &[&str],
) -> Result<()> {
    let client = Client {
        agent,
        patience,
        folder,
        bar: progress_bar(files.iter().map(|file| file.bytes).sum()),
    };
    let mut mirrors = mirrors.to_vec();
    // Innermost first, the order in which they can be removed again.
    let unmade: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();

    let outcome = files.iter().try_for_each(|file| client.fetch_from_any(&mut mirrors, file));
    if outcome.is_err() {
        for folder in unmade {
            // Refused when it is not empty, and then it should stay.
            let _ = fs::remove_dir(folder);
        }
    }
    outcome
}

/// Who asks, and where the files go.
struct Client<'a> {
    agent: &'a Agent,
    patience: &'a Patience,
    folder: &'a Path,
    bar: ProgressBar,
}

impl Client<'_> {
    /// Moves the mirror that had the file to the front: one that is dead or slow to fail is turned
    /// to again only when all the others fail too.
    fn fetch_from_any(&self, mirrors: &mut [&str], file: &Remote) -> Result<()> {
        let before = self.bar.position();
        self.bar.set_message(file.name);
        let mut answers = Vec::new();
        for turn in 0..mirrors.len() {
            let mirror = mirrors[turn].trim_end_matches('/');
            match self.fetch_from(mirror, file) {
                Err(Error::Download { problem, .. }) => {
                    let host = mirror.split('/').nth(2).unwrap_or(mirror);
                    answers.push(format!("{host}: {problem}"));
                    self.bar.set_position(before);
                }
                Err(ours) => return Err(ours),
                Ok(()) => {
                    mirrors.rotate_left(turn);
                    return Ok(());
                }
            }
        }
        let answers =
            if answers.is_empty() { "no mirror is known".into() } else { answers.join("; ") };
        let folder = self.folder.display();
        let problem = format!("{answers} (check the network, or put the files into {folder})");
        Err(Error::Download { file: file.name.into(), problem })
    }

    /// Fetches one file from one place. [`Error::Download`] means that the mirror is at fault,
    /// anything else that this machine is, which no other mirror would change.
    fn fetch_from(&self, mirror: &str, file: &Remote) -> Result<()> {
        let fault = |problem| Error::Download { file: file.name.into(), problem };
        let folder = self.folder;

        let begun = Instant::now();
        let url = format!("{mirror}/{}", file.name);
        let response = self.agent.get(url).call().map_err(|problem| fault(describe(problem)))?;
        let mut body = response.into_body().into_reader();
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        let stored = files::unfinished_in(folder).map_err(Error::io("create a file in", folder))?;

        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        let mut came = 0;
        loop {
            let read = body.read(&mut buffer).map_err(|source| {
                let problem = describe(source.into());
                fault(format!("{problem} after {came} of {} bytes", file.bytes))
            })?;
            if read == 0 {
                break;
            }
            came += read as u64;
            if came > file.bytes {
                return Err(fault(format!("sent more than the {} bytes of the file", file.bytes)));
            }
            if came < file.bytes && self.patience.is_over(came, begun.elapsed()) {
                let seconds = begun.elapsed().as_secs();
                let problem = format!("sent only {came} of {} bytes in {seconds} s", file.bytes);
                return Err(fault(problem));
            }
            hash.update(&buffer[..read]);
            stored.as_file().write_all(&buffer[..read]).map_err(Error::io("write to", folder))?;
            self.bar.inc(read as u64);
        }
        if came < file.bytes {
            return Err(fault(format!("sent only {came} of {} bytes", file.bytes)));
        }
        let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        if hash != file.sha256 {
            return Err(fault("sent other bytes than the file's (wrong SHA-256)".into()));
        }

        let target = folder.join(file.name);
        files::keep_as(stored, &target).map_err(Error::io("create", &target))
    }
}

/// What went wrong between us and the mirror, in a few words.
fn describe(problem: ureq::Error) -> String {
    let text = match problem {
        ureq::Error::StatusCode(status) => format!("answered with HTTP status {status}"),
        ureq::Error::Timeout(_) => "took too long".into(),
        ureq::Error::Io(source) => source.to_string(),
        other => other.to_string(),
    };
    let text = text.strip_prefix("failed to lookup address information: ").unwrap_or(&text);
    // A mirror's own words can be in it, such as where it redirects to.
    text.chars().filter(|char| !char.is_control()).take(100).collect()
}

fn progress_bar(bytes: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{msg} [{bar:30}] {bytes} of {total_bytes}, {eta} left")
            .expect("the template is well-formed")
            .progress_chars("=> ");
    ProgressBar::new(bytes).with_style(style)
}

#[cfg(test)]
pub(super) mod test_mirrors;

#[cfg(test)]
mod tests;
