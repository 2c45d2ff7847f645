//! A solution of exercise 44: latency and bandwidth from two measurements.

/// α and β, from two messages: (bytes, seconds) each.
pub fn fit(short: (f64, f64), long: (f64, f64)) -> (f64, f64) {
    let beta = (long.1 - short.1) / (long.0 - short.0);
    (short.1 - beta * short.0, beta)
}

/// Seconds in a ring: 2·(ranks − 1) messages one after the other, each with one rank's slice.
pub fn ring(ranks: usize, bytes: f64, (alpha, beta): (f64, f64)) -> f64 {
    2.0 * (ranks - 1) as f64 * (alpha + beta * bytes / ranks as f64)
}

/// Seconds by halving and doubling, for 2, 4, 8, … ranks: messages of a half, a quarter, …, and back.
pub fn halving(ranks: usize, bytes: f64, (alpha, beta): (f64, f64)) -> f64 {
    let ranks = ranks as f64;
    2.0 * (ranks.log2() * alpha + (ranks - 1.0) / ranks * bytes * beta)
}
