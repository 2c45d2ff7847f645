//! Exercise 3: the slope from behind.
//!
//! Wanted: the backward difference (f(x) − f(x−h)) / h. It looks one step back where the forward
//! difference looks one step ahead. (What is the mean of the two?)
//!
//! Judge: cargo test -p ch04_learning -- --ignored ex3

/// (f(x) − f(x−h)) / h.
pub fn backward_difference(f: impl Fn(f64) -> f64, x: f64, h: f64) -> f64 {
    todo!("how far f came from x − h to x, over h")
}
