//! Stopping when learning turns into learning by heart.

use ndarray::ArrayD;

use crate::Float;
use crate::model::{Model, restore, snapshot};

// ANCHOR: early_stopping
/// Watches the loss on images that are not learned from, and keeps the best weights.
pub struct EarlyStopping<F> {
    patience: usize,
    waited: usize,
    seen: usize,
    best: Option<Best<F>>,
}

/// The best that was seen.
struct Best<F> {
    loss: f64,
    at: usize,
    weights: Vec<ArrayD<F>>,
}

impl<F: Float> EarlyStopping<F> {
    /// Gives up after `patience` looks in a row that brought nothing better.
    pub fn new(patience: usize) -> Self {
        Self { patience, waited: 0, seen: 0, best: None }
    }

    /// Looks at the loss once more; true if it is time to stop.
    pub fn look(&mut self, loss: f64, model: &mut impl Model<F>) -> bool {
        self.seen += 1;
        self.waited += 1;
        if loss < self.best.as_ref().map_or(f64::INFINITY, |best| best.loss) {
            self.waited = 0;
            self.best = Some(Best { loss, at: self.seen, weights: snapshot(model) });
        }
        self.waited >= self.patience
    }

    /// Gives the model the best weights back; at which look, counted from 1, and with what loss
    /// they were found. `None`, and no weights, if no look found a loss below infinity.
    pub fn restore(&self, model: &mut impl Model<F>) -> Option<(usize, f64)> {
        let best = self.best.as_ref()?;
        restore(model, &best.weights);
        Some((best.at, best.loss))
    }
}
// ANCHOR_END: early_stopping
