//! What happened during a training.

use std::time::Duration;

use super::Evaluation;

/// What happened during a training.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The loss of each step's batch, before that step.
    pub losses: Vec<f64>,
    /// Accuracy on the training images after each epoch, from 0 to 1.
    pub train_accuracies: Vec<f64>,
    /// Accuracy on the test images after each epoch.
    pub test_accuracies: Vec<f64>,
    /// Time for steps and evaluations, without loading or drawing.
    pub time: Duration,
}

impl History {
    /// The mean loss of the last hundred steps.
    pub fn recent_loss(&self) -> f64 {
        let recent = &self.losses[self.losses.len().saturating_sub(100)..];
        recent.iter().sum::<f64>() / recent.len() as f64
    }

    /// Writes down how good the model is after one more epoch.
    pub fn push(&mut self, evaluation: Evaluation) {
        self.train_accuracies.push(evaluation.train);
        self.test_accuracies.push(evaluation.test);
    }
}
