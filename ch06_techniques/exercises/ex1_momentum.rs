//! Exercise 1: momentum for a single weight.
//!
//! Wanted: one step of v ← α·v − η·g, w ← w + v. The velocity is kept for the next step.
//!
//! Judge: cargo test -p ch06_techniques -- --ignored ex1

/// A weight that rolls.
pub struct Ball {
    /// w, where it is.
    pub place: f64,
    /// v, how it moves.
    pub velocity: f64,
}

impl Ball {
    /// One step, given the slope g at the place, η and α.
    pub fn step(&mut self, slope: f64, rate: f64, momentum: f64) {
        todo!("first the velocity, then the place")
    }
}
