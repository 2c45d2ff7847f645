//! The threads that a program computes with.

use crate::{Error, Result};

/// Makes as many threads for the whole program as `--threads` asks for, or one for each core; to be
/// called once, before any work.
///
/// # Errors
/// If the system does not give that many.
pub(super) fn build_pool(threads: Option<u16>) -> Result<()> {
    let threads = threads.unwrap_or(0); // 0: one for each core
    // This thread works along: handing each small computation over to others would cost more.
    rayon::ThreadPoolBuilder::new()
        .num_threads(usize::from(threads))
        .use_current_thread()
        .build_global()
        .map_err(|e| {
            Error::Invalid(format!("cannot start {threads} threads: {e}; choose fewer --threads"))
        })
}
