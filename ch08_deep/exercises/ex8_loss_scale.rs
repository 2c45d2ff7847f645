//! Exercise 8: a scale that finds itself.
//!
//! How much should the loss be multiplied by? As much as possible, and no gradient infinite. Wanted: a
//! scale that is tried out. If the gradient of a step holds a number that is not finite, the scale is
//! halved and the step left out. After `patience` good steps in a row it is doubled, and the count begins
//! anew (as it does after a bad step). It never falls below 1.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex8

/// What the loss is multiplied by, from step to step.
pub struct LossScale {
    /// The scale for the next step.
    pub scale: f32,
    /// Good steps in a row that make it try more.
    pub patience: usize,
    /// Good steps in a row so far.
    pub good: usize,
}

impl LossScale {
    /// Looks at a gradient that was found with the scale, sets the scale for the next step, and divides
    /// the gradient by the scale that it was found with. Whether the step may be taken.
    pub fn judge(&mut self, gradient: &mut [f32]) -> bool {
        todo!("`gradient.iter().all(|g| g.is_finite())`")
    }
}
