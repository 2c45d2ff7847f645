//! A solution of exercise 3: a gentle start.

use common::train::Schedule;

/// The rate of the next step when `done` of `steps` are over; `warm` is at least 1 and below `steps`.
pub fn warm_up(rate: f64, done: usize, warm: usize, steps: usize) -> f64 {
    match done.checked_sub(warm) {
        None => rate * (done + 1) as f64 / warm as f64,
        Some(done) => Schedule::Cosine.rate(rate, done, steps - warm),
    }
}
