//! Exercise 43: a sum in pairs.
//!
//! Wanted: the sum of some numbers, neighbours first: the first and the second, the third and the fourth, and so on;
//! then the sums in the same way, until one is left. Who has no neighbour goes on as it is. So five numbers are added
//! as ((a + b) + (c + d)) + e, and the judge compares every bit.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex43

/// The sum of all numbers; 0 if there are none.
pub fn sum(numbers: &[f32]) -> f32 {
    todo!("`chunks(2)` gives pairs, and the last one may be alone")
}
