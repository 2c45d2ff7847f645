//! The threads that a program computes with.

use std::num::NonZero;
use std::sync::mpsc;
use std::thread;

use rayon::ThreadPoolBuilder;

use super::launcher;
use crate::progress::complain;
use crate::{Error, Result};

/// Makes as many threads for the whole program as `--threads` asks for, or one for each core (a launcher's
/// programs on one machine share its cores out); to be called once, before any work. Where the system gives fewer, those that there are do all the work, and
/// a line says so.
///
/// # Errors
/// If there can be no pool at all.
pub(super) fn build_pool(threads: Option<u16>) -> Result<()> {
    let cores = || thread::available_parallelism().map_or(1, NonZero::get);
    let here = launcher::programs_here();
    let wanted = threads.map_or_else(|| (cores() / here).max(1), usize::from);
    // Rayon does not forgive a pool that could not be built, so we find out before.
    let startable = startable(wanted);
    if startable < wanted {
        complain(&format!(
            "the system gives {startable} of {wanted} threads: working on as many (--threads {startable} asks for no more)"
        ));
    }
    let all_cores = threads.is_none() && here == 1 && startable == wanted;
    // This thread works along: handing each small computation over to others would cost more.
    ThreadPoolBuilder::new()
        .num_threads(if all_cores { 0 } else { startable })
        .use_current_thread()
        .build_global()
        .map_err(|e| Error::Invalid(format!("cannot start {wanted} threads: {e}")))
}

/// How many threads there can be at once, this one included: at most `wanted`.
fn startable(wanted: usize) -> usize {
    thread::scope(|scope| {
        let waiting: Vec<_> = (1..wanted)
            .map_while(|_| {
                let (end, ended) = mpsc::channel::<()>();
                let wait = move || {
                    let _ = ended.recv(); // until `end` is dropped
                };
                thread::Builder::new().spawn_scoped(scope, wait).ok().map(|_| end)
            })
            .collect();
        1 + waiting.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_thread_counts() {
        assert_eq!([1, 2, 5].map(startable), [1, 2, 5]);
    }
}
