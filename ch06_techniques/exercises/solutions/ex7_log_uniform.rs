//! A solution of exercise 7: guessing over powers of ten.

use common::random::{Generator, Rng};

/// A number between `low` and `high` whose logarithm is evenly spread.
pub fn log_uniform(low: f64, high: f64, rng: &mut Generator) -> f64 {
    rng.random_range(low.ln()..high.ln()).exp()
}
