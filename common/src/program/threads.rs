//! The threads that a program computes with.

use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};

use crate::progress::complain;
use crate::{Error, Result};

/// Makes as many threads for the whole program as `--threads` asks for, or one for each core; to be
/// called once, before any work. Where the system gives no more, the one that there is does all the
/// work, and a line says so.
///
/// # Errors
/// If there can be no pool at all.
pub(super) fn build_pool(threads: Option<u16>) -> Result<()> {
    let wanted = threads.map_or(0, usize::from); // 0: one for each core
    let Err(e) = build(wanted) else { return Ok(()) };
    complain(&format!("cannot start more threads ({e}): working on one; --threads 1 says so, too"));
    build(1).map_err(|e| Error::Invalid(format!("cannot start even one thread: {e}")))
}

fn build(threads: usize) -> Result<(), ThreadPoolBuildError> {
    // This thread works along: handing each small computation over to others would cost more.
    ThreadPoolBuilder::new().num_threads(threads).use_current_thread().build_global()
}
