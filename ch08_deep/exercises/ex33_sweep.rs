//! Exercise 33: one sweep of the Bellman equation.
//!
//! Fields in a row, as many as `values` has numbers; each number says what it is worth to stand there. From a field
//! one can step to the left or to the right; at the left wall a step to the left leads nowhere. The last field is the
//! goal: who enters it gets a point, and the game is over, so its own value is 0. Wanted: the values after one sweep,
//! each worked out from the old ones.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex33

/// The values after a sweep.
pub fn sweep(values: &[f64], gamma: f64) -> Vec<f64> {
    todo!(
        "for each field the larger of two: what a step to the left is worth, and one to the right"
    )
}
