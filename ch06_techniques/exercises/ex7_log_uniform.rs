//! Exercise 7: guessing over powers of ten.
//!
//! Wanted: a random number between `low` and `high` (both above 0) that is as likely to lie
//! between 1e-6 and 1e-5 as between 1e-3 and 1e-2. A number drawn evenly from 1e-6 to 1e-2 would
//! be above 1e-3 nine times out of ten.
//!
//! Judge: cargo test -p ch06_techniques -- --ignored ex7

use common::random::Generator;

/// A number between `low` and `high` whose logarithm is evenly spread.
pub fn log_uniform(low: f64, high: f64, rng: &mut Generator) -> f64 {
    todo!("`rng.random_range(a..b)` needs `use common::random::Rng`")
}
