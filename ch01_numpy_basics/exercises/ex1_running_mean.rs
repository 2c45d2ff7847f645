//! Exercise 1: a struct that keeps a mean.
//!
//! Wanted: `add` changes the struct, so it takes `&mut self`; `mean` only looks, so it takes `&self`.
//! Python would raise ZeroDivisionError for the mean of nothing; here the type says that there may
//! be none.
//!
//! Judge: cargo test -p ch01_numpy_basics -- --ignored ex1

/// The mean of numbers that come one at a time; none of them is kept.
#[derive(Debug, Default)]
pub struct RunningMean {
    count: usize,
    sum: f64,
}

impl RunningMean {
    /// Takes one more number into account.
    pub fn add(&mut self, number: f64) {
        todo!("count it, and add it up")
    }

    /// The mean of all numbers so far; `None` before the first.
    pub fn mean(&self) -> Option<f64> {
        todo!("a quotient, if there is one")
    }
}
