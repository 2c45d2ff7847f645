//! A solution of exercise 41: the learning rate of a large batch.

/// The rate of the step after `done` steps, in batches of `batch` images.
pub fn rate(base: f64, batch: usize, (done, warm): (usize, usize)) -> f64 {
    let full = base * batch as f64 / 100.0;
    let part = if done < warm { done as f64 / warm as f64 } else { 1.0 };
    base + (full - base) * part
}
