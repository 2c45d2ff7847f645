//! Helpers that stay awake between one piece of work and the next.
//!
//! A thread of rayon's that finds nothing to do falls asleep after some microseconds, and to wake it
//! costs some more, up to fifty in a virtual machine. A step of a small network takes no longer than
//! a few such naps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::Yield;

/// Looks for work that find nothing before a helper may sleep: some tenths of a millisecond.
const LOOKS: usize = 4000;

/// Whether helpers are on watch, or have been called.
static ON_WATCH: AtomicBool = AtomicBool::new(false);

// ANCHOR: awake
/// Calls the other threads of this pool to look for work until there has been none for a while.
///
/// Only for the pool's first thread: one that waits for its own work must not be kept watching.
pub(crate) fn keep_awake() {
    let helpers = rayon::current_num_threads() - 1;
    if helpers == 0 || rayon::current_thread_index() != Some(0) {
        return;
    }
    if ON_WATCH.swap(true, Ordering::Relaxed) {
        return;
    }
    let watching = Arc::new(AtomicUsize::new(helpers));
    rayon::spawn_broadcast(move |thread| {
        if thread.index() == 0 {
            return;
        }
        watch();
        if watching.fetch_sub(1, Ordering::Relaxed) == 1 {
            ON_WATCH.store(false, Ordering::Relaxed);
        }
    });
}

/// Does whatever work there is, until there has been none for a while.
fn watch() {
    let mut looks = 0;
    while looks < LOOKS {
        match rayon::yield_now() {
            Some(Yield::Executed) => looks = 0,
            _ => {
                looks += 1;
                std::hint::spin_loop();
            }
        }
    }
}

// ANCHOR_END: awake

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helpers_on_watch_work_and_sleep_in_the_end() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("threads start");
        for _ in 0..3 {
            let sum: usize = pool.install(|| {
                keep_awake();
                let halves =
                    rayon::join(|| (0..1000).sum::<usize>(), || (1000..2000).sum::<usize>());
                halves.0 + halves.1
            });
            assert_eq!(sum, 1999 * 1000);
        }
        let asleep = |_| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            !ON_WATCH.load(Ordering::Relaxed)
        };
        assert!((0..1000).any(asleep), "a helper still spins after ten seconds");
    }
}
