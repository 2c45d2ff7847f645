//! Exercise 41: the learning rate of a large batch.
//!
//! A rate `base` suits batches of 100 images. A larger batch shall have a rate that grows with its size (linear
//! scaling), but not at once: over the first `warm` steps it rises in a straight line, from `base` at step 0 to
//! the full rate at step `warm`, and then stays.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex41

/// The rate of the step after `done` steps, in batches of `batch` images.
pub fn rate(base: f64, batch: usize, (done, warm): (usize, usize)) -> f64 {
    todo!("how large is the full rate, and how much of the way to it is done?")
}
