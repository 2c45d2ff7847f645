//! A solution of exercise 1: a struct that keeps a mean.

/// The mean of numbers that come one at a time; none of them is kept.
#[derive(Debug, Default)]
pub struct RunningMean {
    count: usize,
    sum: f64,
}

impl RunningMean {
    /// Takes one more number into account.
    pub fn add(&mut self, number: f64) {
        self.count += 1;
        self.sum += number;
    }

    /// The mean of all numbers so far; `None` before the first.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}
