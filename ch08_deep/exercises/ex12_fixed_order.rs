//! Exercise 12: the same bits on any number of threads.
//!
//! Wanted: the sum of many numbers, worked out over rayon's threads, with the same bits for any
//! number of them. `numbers.par_iter().sum()` will not do: rayon splits where a thread is free, and
//! (a + b) + c is not a + (b + c).
//!
//! So that the judge can know the bits: a part is `PART` numbers, added up from its first to its
//! last, beginning with 0; and the parts' sums are added up in the same way.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex12

/// Numbers of a part.
pub const PART: usize = 1000;

/// The sum of all numbers.
pub fn sum(numbers: &[f32]) -> f32 {
    todo!("`use rayon::prelude::*`; then a slice has `par_chunks`, and `collect` keeps the order")
}
