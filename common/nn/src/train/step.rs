//! One step of training, of whatever kind: from the indices of a batch to a loss.

use super::guard::forward_fault;
use super::{Fault, History};
use crate::data::Dataset;
use crate::layer::Layer;
use crate::layers::SoftmaxWithLoss;
use crate::metrics::accuracy;
use crate::model::{self, Model};
use crate::optimizer::Optimizer;
use crate::{Float, Result, Tensor};

// ANCHOR: train_step
/// What a training does again and again: from the indices of a batch to a loss, and to gradients.
///
/// The loop around it shuffles, guards, saves, stops and reports, and need not know what is learned.
pub trait TrainStep<F: Float, M: Model<F>> {
    /// How many examples there are to learn from.
    fn examples(&self) -> usize;

    /// The loss of the examples of these indices; leaves ∂loss/∂parameter in the model's parameters.
    fn forward_backward(&mut self, model: &mut M, indices: &[usize]) -> F;

    /// How good the model is by now.
    fn evaluate(&mut self, model: &mut M) -> Evaluation;

    /// What [`evaluate`](Self::evaluate) measures, in words for the reader.
    fn measure(&self) -> &'static str {
        "accuracy"
    }

    /// Other numbers of the last step that are worth writing down beside its loss, always equally many:
    /// none, unless there are several losses.
    fn notes(&self) -> Vec<f64> {
        Vec::new()
    }

    /// How it went so far, in a few words for the line that is printed after an epoch.
    fn summary(&self, history: &History) -> String {
        let last = |values: &[f64]| values.last().copied().unwrap_or(f64::NAN);
        let measure = self.measure();
        format!(
            "loss {:.4}, train {measure} {:.4}, test {measure} {:.4}",
            history.recent_loss(),
            last(&history.train_accuracies),
            last(&history.test_accuracies)
        )
    }

    /// Called before the epoch of this number, counted from 0, and before what is left of it: for
    /// examples that are drawn anew each time.
    fn begin_epoch(&mut self, _epoch: usize) {}

    /// Whether everything fits together, as far as can be told before the first step.
    ///
    /// # Errors
    /// If it does not.
    fn check(&self, _model: &mut M) -> Result<()> {
        Ok(())
    }

    /// Where the forward pass of these examples first meets a number that is not finite.
    fn fault(&mut self, _model: &mut M, _indices: &[usize]) -> Option<Fault> {
        None
    }

    /// Whether the training ends after the last step, if `asked` says whether this program was asked to
    /// end it. Where several programs learn together, all must end at the same step.
    fn stops(&self, asked: bool) -> bool {
        asked
    }

    /// Whether the training goes on after what was just printed and written, which went as `here` says: the
    /// error is what could not be done. Where several programs learn together, what one of them cannot do
    /// ends it for all.
    ///
    /// # Errors
    /// `here`, if it is one.
    fn agree(&mut self, here: Result<bool, String>) -> Result<bool, String> {
        here
    }

    /// Forward, backward, and the optimizer's update; the loss of the batch before it.
    fn learn(&mut self, model: &mut M, optimizer: &mut dyn Optimizer<F>, indices: &[usize]) -> F {
        let loss = self.forward_backward(model, indices);
        optimizer.update(model::params(model));
        loss
    }
}
// ANCHOR_END: train_step

/// How good a model is, from 0 to 1: for classification the accuracies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    /// On the examples that it learns from.
    pub train: f64,
    /// On those that it never sees while learning.
    pub test: f64,
}

/// The classes of images are learned, by softmax and cross entropy.
pub struct Classification<'a, F> {
    /// The images that are learned from.
    pub train: &'a Dataset,
    /// The images that the training accuracy is measured on: all of them, or a part.
    pub evaluated: &'a Dataset,
    /// The images that the test accuracy is measured on.
    pub test: &'a Dataset,
    /// What the loss is multiplied by before its gradient is sent back; 1 but for number types whose
    /// gradients would vanish.
    pub loss_scale: F,
    criterion: SoftmaxWithLoss<F>,
}

impl<'a, F: Float> Classification<'a, F> {
    /// Learning from `train`, evaluated on `train` and `test`.
    pub fn new(train: &'a Dataset, test: &'a Dataset) -> Self {
        let criterion = SoftmaxWithLoss::default();
        Self { train, evaluated: train, test, loss_scale: F::one(), criterion }
    }
}

// ANCHOR: classification
/// Forward and backward through a network and its loss, which is multiplied by `scale` before its
/// gradient is sent back; returns the loss of the batch.
pub fn classify<F: Float>(
    network: &mut impl Layer<F>,
    criterion: &mut SoftmaxWithLoss<F>,
    (x, labels): (Tensor<F>, &[u8]),
    scale: F,
) -> F {
    let loss = criterion.forward(network.forward(x), labels);
    network.backward_params(criterion.backward() * scale);
    loss
}

impl<F: Float, N: Layer<F>> TrainStep<F, N> for Classification<'_, F> {
    fn examples(&self) -> usize {
        self.train.len()
    }

    fn forward_backward(&mut self, network: &mut N, indices: &[usize]) -> F {
        let (x, labels) = self.train.batch(indices);
        classify(network, &mut self.criterion, (x, &labels), self.loss_scale)
    }

    fn evaluate(&mut self, network: &mut N) -> Evaluation {
        Evaluation { train: accuracy(network, self.evaluated), test: accuracy(network, self.test) }
    }
    // ANCHOR_END: classification

    fn check(&self, network: &mut N) -> Result<()> {
        let sets =
            [("training", self.train), ("examined training", self.evaluated), ("test", self.test)];
        sets.iter().try_for_each(|(name, images)| images.check_whole(name))?;
        let classes = network.infer(self.train.batch(&[0]).0).len();
        sets.iter().try_for_each(|(name, images)| images.check_labels(name, classes))
    }

    fn fault(&mut self, network: &mut N, indices: &[usize]) -> Option<Fault> {
        forward_fault(network, self.train.batch(indices).0)
    }
}
