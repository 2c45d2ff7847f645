//! Batch normalisation (Ioffe and Szegedy, 2015).

use ndarray::{Array1, Array2, Axis, Dimension, IxDyn};

use crate::layer::{Buffer, Layer, Param, kept};
use crate::{Float, Tensor};

// ANCHOR: batch_norm
/// Brings every feature of a batch to mean 0 and variance 1, then to a mean β and a spread γ of
/// the network's own choice.
///
/// A batch of vectors N×D has D features; one of images N×C×H×W has C, each averaged over all
/// images and all places.
pub struct BatchNorm<F> {
    /// Scale of each feature.
    pub gamma: Array1<F>,
    /// Shift of each feature.
    pub beta: Array1<F>,
    /// ∂loss/∂γ from the last `backward`.
    pub dgamma: Array1<F>,
    /// ∂loss/∂β from the last `backward`.
    pub dbeta: Array1<F>,
    /// Mean of each feature over the batches seen, for `infer`.
    pub running_mean: Array1<F>,
    /// The same for the variance.
    pub running_var: Array1<F>,
    /// How much of the running statistics lasts to the next batch.
    pub momentum: F,
    /// ε, added to every variance, so that a feature that never changes is divided by something.
    pub epsilon: F,
    kept: Option<(Array2<F>, Array1<F>)>,
}
// ANCHOR_END: batch_norm

impl<F: Float> BatchNorm<F> {
    /// A layer for this many features (D, or C for images), which begins with γ = 1, β = 0; ε is
    /// 1e-5 and the momentum of the running statistics 0.9.
    pub fn new(features: usize) -> Self {
        Self {
            gamma: Array1::ones(features),
            beta: Array1::zeros(features),
            dgamma: Array1::zeros(features),
            dbeta: Array1::zeros(features),
            running_mean: Array1::zeros(features),
            running_var: Array1::ones(features),
            momentum: F::of(0.9),
            epsilon: F::of(1e-5),
            kept: None,
        }
    }

    // ANCHOR: rows
    /// Features side by side: N×D as it is, N×C×H×W as (N·H·W)×C.
    fn rows(&self, x: Tensor<F>) -> Array2<F> {
        let (shape, features) = (x.shape().to_vec(), self.gamma.len());
        assert!(
            matches!(shape.len(), 2 | 4) && shape[1] == features,
            "BatchNorm: expected N×{features} or N×{features}×H×W, got a batch of shape {shape:?}"
        );
        if shape.len() == 2 {
            return x.into_dimensionality().expect("two axes");
        }
        let last = x.permuted_axes([0, 2, 3, 1].as_slice()).as_standard_layout().into_owned();
        let rows = last.len() / features;
        last.into_shape_with_order((rows, features)).expect("as many numbers as before")
    }

    /// The way back from [`rows`](Self::rows) to a batch of `shape`.
    fn batch(rows: Array2<F>, shape: &IxDyn) -> Tensor<F> {
        if shape.ndim() == 2 {
            return rows.into_dyn();
        }
        let last = rows.into_shape_with_order([shape[0], shape[2], shape[3], shape[1]]);
        let last = last.expect("as many numbers as before");
        last.permuted_axes([0, 3, 1, 2]).as_standard_layout().into_owned().into_dyn()
    }
    // ANCHOR_END: rows

    /// √(variance + ε).
    fn spread(&self, variance: &Array1<F>) -> Array1<F> {
        variance.mapv(|v| (v + self.epsilon).sqrt())
    }

    fn remember(&mut self, mean: &Array1<F>, variance: &Array1<F>) {
        let new = F::one() - self.momentum;
        self.running_mean.zip_mut_with(mean, |old, &x| *old = self.momentum * *old + new * x);
        self.running_var.zip_mut_with(variance, |old, &x| *old = self.momentum * *old + new * x);
    }
}

/// The mean of each column.
fn mean<F: Float>(x: &Array2<F>) -> Array1<F> {
    x.sum_axis(Axis(0)) / F::of(x.nrows() as f64)
}

impl<F: Float> Layer<F> for BatchNorm<F> {
    // ANCHOR: forward
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let shape = x.raw_dim();
        let mut x = self.rows(x);
        let mu = mean(&x);
        x -= &mu;
        let variance = mean(&(&x * &x));
        let sigma = self.spread(&variance);
        x /= &sigma;
        self.remember(&mu, &variance);

        let y = &x * &self.gamma + &self.beta;
        self.kept = Some((x, sigma)); // x is now x̂, normalised
        Self::batch(y, &shape)
    }
    // ANCHOR_END: forward

    // ANCHOR: backward
    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let shape = dy.raw_dim();
        let mut dy = self.rows(dy);
        let (mut x, sigma) = kept("BatchNorm", self.kept.take());
        self.dbeta = dy.sum_axis(Axis(0));
        self.dgamma = (&dy * &x).sum_axis(Axis(0));

        let n = F::of(dy.nrows() as f64);
        x *= &(&self.dgamma / n); // what moving x does to the variance…
        dy -= &x;
        dy -= &(&self.dbeta / n); // …and to the mean
        dy *= &(&self.gamma / &sigma);
        Self::batch(dy, &shape)
    }
    // ANCHOR_END: backward

    // ANCHOR: infer
    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let shape = x.raw_dim();
        let mut x = self.rows(x);
        x -= &self.running_mean;
        x *= &(&self.gamma / &self.spread(&self.running_var));
        x += &self.beta;
        Self::batch(x, &shape)
    }
    // ANCHOR_END: infer

    fn params(&mut self) -> Vec<Param<'_, F>> {
        vec![
            Param::new("gamma", &mut self.gamma, &mut self.dgamma),
            Param::new("beta", &mut self.beta, &mut self.dbeta),
        ]
    }

    fn buffers(&mut self) -> Vec<Buffer<'_, F>> {
        vec![
            Buffer { name: "running_mean", value: self.running_mean.view_mut().into_dyn() },
            Buffer { name: "running_var", value: self.running_var.view_mut().into_dyn() },
        ]
    }
}
