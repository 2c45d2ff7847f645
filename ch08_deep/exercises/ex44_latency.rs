//! Exercise 44: latency and bandwidth from two measurements.
//!
//! A message of n bytes takes α + β·n seconds. Somebody has measured a short message and a long one. Wanted: α and β;
//! and how long an all-reduce of so many bytes takes in a ring and by halving and doubling, if adding costs nothing.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex44

/// α and β, from two messages: (bytes, seconds) each.
pub fn fit(short: (f64, f64), long: (f64, f64)) -> (f64, f64) {
    todo!("a straight line through two points")
}

/// Seconds in a ring: 2·(ranks − 1) messages one after the other, each with one rank's slice.
pub fn ring(ranks: usize, bytes: f64, (alpha, beta): (f64, f64)) -> f64 {
    todo!("how many messages, and how long is each?")
}

/// Seconds by halving and doubling, for 2, 4, 8, … ranks: messages of a half, a quarter, …, and back.
pub fn halving(ranks: usize, bytes: f64, (alpha, beta): (f64, f64)) -> f64 {
    todo!("how many messages are there now, and how many bytes are in all of them together?")
}
