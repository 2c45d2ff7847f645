//! The heads of a network: from its last output and the truth to a loss, and back.

use ndarray::{Array2, Zip};

use crate::activation::softmax;
use crate::layer::{as_rows, kept};
use crate::loss::{cross_entropy, mean_squared_error};
use crate::{Float, Tensor};

// ANCHOR: softmax_with_loss
/// Softmax and cross entropy in one, because together their gradient is only y − t.
#[derive(Default)]
pub struct SoftmaxWithLoss<F> {
    kept: Option<(Array2<F>, Vec<u8>)>,
}

impl<F: Float> SoftmaxWithLoss<F> {
    /// The mean loss of a batch: logits N×classes, N labels.
    ///
    /// # Panics
    /// If there are not as many labels as rows, or a label is no class.
    pub fn forward(&mut self, logits: Tensor<F>, labels: &[u8]) -> F {
        let logits = as_rows("SoftmaxWithLoss", logits);
        let loss = cross_entropy(logits.view(), labels);
        self.kept = Some((softmax(logits), labels.to_vec()));
        loss
    }

    /// ∂loss/∂logits = (y − t)/N, where t is 1 for the right class and 0 for the others.
    ///
    /// # Panics
    /// If `forward` has not run since the last `backward`.
    pub fn backward(&mut self) -> Tensor<F> {
        let (mut y, labels) = kept("SoftmaxWithLoss", self.kept.take());
        let n = F::of(labels.len() as f64);
        for (mut row, &label) in y.rows_mut().into_iter().zip(&labels) {
            row[usize::from(label)] -= F::one();
            row.mapv_inplace(|y| y / n);
        }
        y.into_dyn()
    }
}
// ANCHOR_END: softmax_with_loss

/// Mean squared error, for outputs that are quantities rather than classes.
#[derive(Default)]
pub struct MeanSquaredError<F> {
    difference: Option<Tensor<F>>,
}

impl<F: Float> MeanSquaredError<F> {
    /// The mean of (y − t)² over all entries; `y` and `t` have one shape.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn forward(&mut self, mut y: Tensor<F>, t: &Tensor<F>) -> F {
        let loss = mean_squared_error(&y, t);
        Zip::from(&mut y).and(t).for_each(|y, &t| *y -= t);
        self.difference = Some(y);
        loss
    }

    /// ∂loss/∂y = 2 (y − t) / (number of entries).
    ///
    /// # Panics
    /// If `forward` has not run since the last `backward`.
    pub fn backward(&mut self) -> Tensor<F> {
        let mut dy = kept("MeanSquaredError", self.difference.take());
        let scale = F::of(2.0 / dy.len() as f64);
        dy.mapv_inplace(|d| d * scale);
        dy
    }
}
