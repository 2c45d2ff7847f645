//! Where a training stands.

use super::History;
use crate::random::Generator;

/// Where a training stands: together with the model and the optimizer, all that is needed to go on as
/// if it had never stopped.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingState {
    /// Epochs that are over.
    pub epoch: usize,
    /// Steps done of the epoch that is not.
    pub step: usize,
    /// The generator as it was when that epoch began: it shuffles the examples the same way again.
    pub generator: Generator,
    /// The losses of all steps, and the accuracies of the epochs that are over.
    pub history: History,
    /// A number that changes with the examples that are learned from, where somebody has found it: to go
    /// on with others would be another training.
    pub fingerprint: Option<u64>,
}

impl TrainingState {
    /// Before the first step.
    pub fn start(generator: Generator) -> Self {
        Self { epoch: 0, step: 0, generator, history: History::default(), fingerprint: None }
    }
}
