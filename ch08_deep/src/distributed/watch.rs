//! Nobody waits for ever: if another rank does not answer, a program says which one, and ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::{process, thread};

use common::train::interrupt;

use super::voice::last_words;

/// How often is looked. Time in which the whole program stands still is not counted: it was put to
/// sleep.
const TICK: Duration = Duration::from_millis(100);
/// So many seconds longer is waited in each later round of what all are doing: whoever waits in the
/// earliest round waits for the one that hangs, others perhaps for one that waits itself. (Where
/// one rank is done with a sum and another is not, the next sum's first round may still come before
/// the culprit's last.)
const LONGER: f64 = 1.5;

/// Watches how long this rank has been waiting for another.
#[derive(Clone, Default)]
pub struct Watch {
    /// The rank that is waited for, plus one; 0 while nobody is.
    awaited: Arc<AtomicUsize>,
    /// In which round.
    round: Arc<AtomicUsize>,
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
                let round = ours.round.load(Ordering::Relaxed) as f64;
                if TICK.as_secs_f64() * f64::from(ticks) > seconds + LONGER * round {
                    // Who was asked to end meanwhile need not say why it would have.
                    if interrupt::requested() {
                        process::exit(1);
                    }
                    last_words(&format!(
                        "error: rank {other} has not answered rank {rank} for {seconds} s: it hangs, its machine is gone, or it waits itself (--timeout N is more patient)"
                    ));
                    process::exit(1);
                }
            }
        });
        watch
    }

    /// Does what waits for another rank in this round.
    pub fn over<T>(&self, round: usize, other: usize, work: impl FnOnce() -> T) -> T {
        self.waits.fetch_add(1, Ordering::Relaxed);
        self.round.store(round, Ordering::Relaxed);
        self.awaited.store(other + 1, Ordering::Relaxed);
        let result = work();
        self.awaited.store(0, Ordering::Relaxed);
        result
    }
}
