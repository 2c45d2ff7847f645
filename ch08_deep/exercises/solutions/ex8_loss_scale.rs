//! A solution of exercise 8: a scale that finds itself.

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
        if !gradient.iter().all(|g| g.is_finite()) {
            (self.scale, self.good) = ((self.scale / 2.0).max(1.0), 0);
            return false;
        }
        gradient.iter_mut().for_each(|g| *g /= self.scale);
        self.good += 1;
        if self.good == self.patience {
            (self.scale, self.good) = (2.0 * self.scale, 0);
        }
        true
    }
}
