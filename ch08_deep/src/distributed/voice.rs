//! Only rank 0 speaks: what all ranks have to say would be said as often as there are ranks.

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use common::progress::complain;
use common::{Error, Result};

/// Where a silent rank can still be heard.
static LAST_WORDS: OnceLock<File> = OnceLock::new();

/// From now on nothing that this rank prints is seen, if it is not rank 0.
///
/// # Errors
/// If the system has no place for what nobody shall see.
pub fn only_first(rank: usize) -> Result<()> {
    if rank == 0 {
        return Ok(());
    }
    let nowhere = Path::new("/dev/null");
    let refused = || Error::io("write", nowhere);
    let errors = std::io::stderr().as_fd().try_clone_to_owned().map_err(refused())?;
    let file = File::options().write(true).open(nowhere).map_err(refused())?;
    rustix::stdio::dup2_stdout(&file).map_err(|e| refused()(e.into()))?;
    rustix::stdio::dup2_stderr(&file).map_err(|e| refused()(e.into()))?;
    LAST_WORDS.get_or_init(|| File::from(errors));
    Ok(())
}

/// How long a launcher may take to hand on what was said.
const HANDED_ON: Duration = Duration::from_millis(200);

/// Prints a line on standard error even from a rank that is silent otherwise, and sees to it that
/// it is heard before the rank ends.
pub fn last_words(line: &str) {
    match LAST_WORDS.get() {
        Some(mut errors) => {
            let _ = writeln!(errors, "{line}");
        }
        None => complain(line),
    }
    thread::sleep(HANDED_ON);
}
