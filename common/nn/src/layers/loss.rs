//! Losses as layers: from a network's last output and the truth to a loss, and back to a gradient.

use ndarray::{Array2, Zip};

use crate::activation::{sigmoid, softmax};
use crate::layer::{as_rows, kept};
use crate::loss::{
    bce_with_logits, cross_entropy, mean_absolute_error, mean_squared_error, smooth_l1,
};
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

/// Mean absolute error, the L1 loss: every error pulls with the same force, however large it is.
#[derive(Default)]
pub struct MeanAbsoluteError<F> {
    slope: Option<Tensor<F>>,
}

impl<F: Float> MeanAbsoluteError<F> {
    /// The mean of |y − t| over all entries; `y` and `t` have one shape.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn forward(&mut self, mut y: Tensor<F>, t: &Tensor<F>) -> F {
        let loss = mean_absolute_error(&y, t);
        Zip::from(&mut y).and(t).for_each(|y, &t| *y = sign(*y - t));
        self.slope = Some(y);
        loss
    }

    /// ∂loss/∂y = sign(y − t) / (number of entries), and 0 where y = t.
    ///
    /// # Panics
    /// If `forward` has not run since the last `backward`.
    pub fn backward(&mut self) -> Tensor<F> {
        mean_gradient("MeanAbsoluteError", &mut self.slope)
    }
}

/// The smooth L1 loss (Huber's with its border at 1): a square near 0, a straight line further away.
#[derive(Default)]
pub struct SmoothL1<F> {
    slope: Option<Tensor<F>>,
}

impl<F: Float> SmoothL1<F> {
    /// The mean over all entries of ½·(y − t)² where |y − t| < 1, and of |y − t| − ½ elsewhere.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn forward(&mut self, mut y: Tensor<F>, t: &Tensor<F>) -> F {
        let loss = smooth_l1(&y, t);
        Zip::from(&mut y).and(t).for_each(|y, &t| *y = (*y - t).max(-F::one()).min(F::one()));
        self.slope = Some(y);
        loss
    }

    /// ∂loss/∂y = (y − t), cut to lie from −1 to 1, / (number of entries).
    ///
    /// # Panics
    /// If `forward` has not run since the last `backward`.
    pub fn backward(&mut self) -> Tensor<F> {
        mean_gradient("SmoothL1", &mut self.slope)
    }
}

/// Sigmoid and binary cross entropy in one, for answers that are yes or no, each on its own.
#[derive(Default)]
pub struct BceWithLogits<F> {
    slope: Option<Tensor<F>>,
}

impl<F: Float> BceWithLogits<F> {
    /// The mean loss of logits z against targets t between 0 and 1, of one shape.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn forward(&mut self, mut y: Tensor<F>, t: &Tensor<F>) -> F {
        let loss = bce_with_logits(&y, t);
        Zip::from(&mut y).and(t).for_each(|y, &t| *y = sigmoid(*y) - t);
        self.slope = Some(y);
        loss
    }

    /// ∂loss/∂z = (σ(z) − t) / (number of entries).
    ///
    /// # Panics
    /// If `forward` has not run since the last `backward`.
    pub fn backward(&mut self) -> Tensor<F> {
        mean_gradient("BceWithLogits", &mut self.slope)
    }
}

/// The gradient of a mean over all entries, from the slope of each.
fn mean_gradient<F: Float>(loss: &str, slope: &mut Option<Tensor<F>>) -> Tensor<F> {
    let mut dy = kept(loss, slope.take());
    let n = F::of(dy.len() as f64);
    dy.mapv_inplace(|slope| slope / n);
    dy
}

/// 1, −1, or 0 for 0; what is no number stays none.
fn sign<F: Float>(x: F) -> F {
    if x == F::zero() { x } else { x.signum() }
}
