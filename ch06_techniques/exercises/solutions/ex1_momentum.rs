//! A solution of exercise 1: momentum for a single weight.

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
        self.velocity = momentum * self.velocity - rate * slope;
        self.place += self.velocity;
    }
}
