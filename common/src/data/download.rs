//! Fetches files of known size and SHA-256 from whichever mirror has them.
//!
//! A file appears under its name only when it is whole and right: until then it is a temporary
//! file beside the others, and moving it into place is a single rename.

use crate::{Error, Result};
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;
use ureq::Agent;
use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;

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
    fetch_with(&settings().build().into(), folder, files, mirrors)
}

/// How long to wait, and for what.
fn settings() -> ConfigBuilder<AgentScope> {
    Agent::config_builder()
        .timeout_resolve(Some(Duration::from_secs(3)))
        .timeout_connect(Some(Duration::from_secs(3)))
        .timeout_per_read(Some(Duration::from_secs(10)))
        .timeout_global(Some(Duration::from_secs(300)))
        .max_redirects(5)
}

fn fetch_with(agent: &Agent, folder: &Path, files: &[Remote], mirrors: &[&str]) -> Result<()> {
    let bar = progress_bar(files.iter().map(|file| file.bytes).sum());
    let mut mirrors = mirrors.to_vec();
    // Innermost first, the order in which they can be removed again.
    let unmade: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();

    let outcome =
        files.iter().try_for_each(|file| fetch_from_any(agent, folder, file, &mut mirrors, &bar));
    if outcome.is_err() {
        for folder in unmade {
            // Refused when it is not empty, and then it should stay.
            let _ = fs::remove_dir(folder);
        }
    }
    outcome
}

/// Moves the mirror that had the file to the front: one that is dead or slow to fail is turned to
/// again only when all the others fail too.
fn fetch_from_any(
    agent: &Agent,
    folder: &Path,
    file: &Remote,
    mirrors: &mut [&str],
    bar: &ProgressBar,
) -> Result<()> {
    let before = bar.position();
    bar.set_message(file.name);
    let mut answers = Vec::new();
    for turn in 0..mirrors.len() {
        let mirror = mirrors[turn].trim_end_matches('/');
        match fetch_from(agent, folder, file, &format!("{mirror}/{}", file.name), bar) {
            Err(Error::Download { problem, .. }) => {
                let host = mirror.split('/').nth(2).unwrap_or(mirror);
                answers.push(format!("{host}: {problem}"));
                bar.set_position(before);
            }
            Err(ours) => return Err(ours),
            Ok(()) => {
                mirrors.rotate_left(turn);
                return Ok(());
            }
        }
    }
    let answers = if answers.is_empty() { "no mirror is known".into() } else { answers.join("; ") };
    let problem =
        format!("{answers} (check the network, or put the file into {})", folder.display());
    Err(Error::Download { file: file.name.into(), problem })
}

/// Fetches one file from one place. [`Error::Download`] means that the mirror is at fault, anything
/// else that this machine is, which no other mirror would change.
fn fetch_from(
    agent: &Agent,
    folder: &Path,
    file: &Remote,
    url: &str,
    bar: &ProgressBar,
) -> Result<()> {
    let fault = |problem| Error::Download { file: file.name.into(), problem };

    let response = agent.get(url).call().map_err(|problem| fault(describe(problem)))?;
    let mut body = response.into_body().into_reader();
    fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    // Not `tempfile_in`: its files are for their owner only, and the data may be shared.
    let stored = tempfile::Builder::new()
        .prefix(".download-")
        .make_in(folder, |path| File::create_new(path))
        .map_err(Error::io("create a file in", folder))?;

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
        hash.update(&buffer[..read]);
        stored.as_file().write_all(&buffer[..read]).map_err(Error::io("write to", folder))?;
        bar.inc(read as u64);
    }
    if came < file.bytes {
        return Err(fault(format!("sent only {came} of {} bytes", file.bytes)));
    }
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    if hash != file.sha256 {
        return Err(fault("sent other bytes than the file's (wrong SHA-256)".into()));
    }

    let target = folder.join(file.name);
    // Before the rename, lest a power cut leaves an empty file under the real name.
    stored.as_file().sync_all().map_err(Error::io("write", &target))?;
    stored.persist(&target).map_err(|failed| Error::io("create", &target)(failed.error))?;
    Ok(())
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
mod tests;
