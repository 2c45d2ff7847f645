//! What happened during a training.

use std::time::Duration;

use super::Evaluation;

/// What happened during a training.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The loss of each step's batch, before that step.
    pub losses: Vec<f64>,
    /// What else a step of this kind writes down (see [`TrainStep::notes`](super::TrainStep::notes)),
    /// a row for each step; empty for most kinds.
    pub notes: Vec<Vec<f64>>,
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
        recent_mean(&self.losses)
    }

    /// The note of this number, from 0, of every step.
    ///
    /// # Panics
    /// If there are fewer notes.
    pub fn note(&self, number: usize) -> Vec<f64> {
        self.notes.iter().map(|row| row[number]).collect()
    }

    /// The mean of the note of this number over the last hundred steps.
    ///
    /// # Panics
    /// If there are fewer notes.
    pub fn recent_note(&self, number: usize) -> f64 {
        recent_mean(&self.note(number))
    }

    /// Writes down how good the model is after one more epoch.
    pub fn push(&mut self, evaluation: Evaluation) {
        self.train_accuracies.push(evaluation.train);
        self.test_accuracies.push(evaluation.test);
    }
}

/// The mean of the last hundred values.
fn recent_mean(values: &[f64]) -> f64 {
    let recent = &values[values.len().saturating_sub(100)..];
    recent.iter().sum::<f64>() / recent.len() as f64
}
