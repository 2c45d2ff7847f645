//! Nobody waits for ever: if another rank does not answer, a program says which one, and ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::{process, thread};

use super::voice::last_words;

/// How often is looked. Time in which the whole program stands still is not counted: it was put to sleep.
const TICK: Duration = Duration::from_millis(100);
/// Ranks that are further apart wait a little longer, so that it is a neighbour who speaks first: others may be
/// waiting for somebody who waits himself.
const LONGER: f64 = 0.5;

/// Watches how long this rank has been waiting for another.
#[derive(Clone, Default)]
pub struct Watch {
    /// The rank that is waited for, plus one; 0 while nobody is.
    awaited: Arc<AtomicUsize>,
    /// How many waits there were.
    waits: Arc<AtomicUsize>,
}

impl Watch {
    /// From now on `rank` waits for so many seconds at most.
    pub fn start(rank: usize, seconds: f64) -> Self {
        let watch = Self::default();
        let ours = watch.clone();
        thread::spawn(move || {
            let (mut waits, mut ticks) = (0, 0);
            loop {
                thread::sleep(TICK);
                let now = ours.waits.load(Ordering::Relaxed);
                ticks = if now == waits { ticks + 1 } else { 0 };
                waits = now;
                let Some(other) = ours.awaited.load(Ordering::Relaxed).checked_sub(1) else {
                    ticks = 0;
                    continue;
                };
                let level = f64::from((rank ^ other).checked_ilog2().unwrap_or(0));
                if TICK.as_secs_f64() * f64::from(ticks) > seconds + LONGER * level {
                    last_words(&format!(
                        "error: rank {other} has not answered rank {rank} for {seconds} s: it hangs, or its machine is gone (--timeout N waits longer)"
                    ));
                    process::exit(1);
                }
            }
        });
        watch
    }

    /// Does what waits for another rank.
    pub fn over<T>(&self, other: usize, work: impl FnOnce() -> T) -> T {
        self.waits.fetch_add(1, Ordering::Relaxed);
        self.awaited.store(other + 1, Ordering::Relaxed);
        let result = work();
        self.awaited.store(0, Ordering::Relaxed);
        result
    }
}
