//! Batch normalisation (Ioffe and Szegedy, 2015).

mod images;

use ndarray::{Array1, Array2, Axis};

use super::batch::{in_order, recycle};
use crate::layer::{Buffer, Layer, Param, check_gradient, kept};
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
    /// Variance of each feature over the batches seen, for `infer`.
    pub running_var: Array1<F>,
    /// How much of the running statistics lasts to the next batch.
    pub momentum: F,
    /// ε, added to every variance, so that a feature that never changes is divided by something.
    pub epsilon: F,
    kept: Option<(Tensor<F>, Array1<F>)>,
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

    /// Whether these are images; vectors, if not.
    fn are_images(&self, x: &Tensor<F>) -> bool {
        let (shape, features) = (x.shape(), self.gamma.len());
        assert!(
            matches!(shape.len(), 2 | 4) && shape[1] == features,
            "BatchNorm: expected N×{features} or N×{features}×H×W, got a batch of shape {shape:?}"
        );
        shape.len() == 4
    }

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

/// N×D numbers as rows.
fn rows<F: Float>(x: Tensor<F>) -> Array2<F> {
    x.into_dimensionality().expect("two axes")
}

/// The mean of each column.
fn mean<F: Float>(x: &Array2<F>) -> Array1<F> {
    x.sum_axis(Axis(0)) / F::of(x.nrows() as f64)
}

impl<F: Float> Layer<F> for BatchNorm<F> {
    // ANCHOR: forward
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        if self.are_images(&x) {
            return self.forward_images(in_order(x));
        }
        let mut x = rows(x);
        let mu = mean(&x);
        x -= &mu;
        let variance = mean(&(&x * &x));
        let sigma = self.spread(&variance);
        x /= &sigma;
        self.remember(&mu, &variance);

        let y = &x * &self.gamma + &self.beta;
        self.kept = Some((x.into_dyn(), sigma)); // x is now x̂, normalised
        y.into_dyn()
    }
    // ANCHOR_END: forward

    // ANCHOR: backward
    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let (x, sigma) = kept("BatchNorm", self.kept.take());
        check_gradient("BatchNorm", dy.shape(), x.shape());
        if self.are_images(&dy) {
            return self.backward_images(in_order(dy), x, &sigma);
        }
        let (mut dy, mut x) = (rows(dy), rows(x));
        self.dbeta = dy.sum_axis(Axis(0));
        self.dgamma = (&dy * &x).sum_axis(Axis(0));

        let n = F::of(dy.nrows() as f64);
        x *= &(&self.dgamma / n); // what moving x does to the variance…
        dy -= &x;
        dy -= &(&self.dbeta / n); // …and to the mean
        dy *= &(&self.gamma / &sigma);
        dy.into_dyn()
    }
    // ANCHOR_END: backward

    // ANCHOR: infer
    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let scale = &self.gamma / &self.spread(&self.running_var);
        if self.are_images(&x) {
            let mut x = in_order(x);
            images::stretch(&mut x, &scale, &(&self.beta - &(&self.running_mean * &scale)));
            return x;
        }
        let mut x = rows(x);
        x -= &self.running_mean;
        x *= &scale;
        x += &self.beta;
        x.into_dyn()
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

// ANCHOR: images
impl<F: Float> BatchNorm<F> {
    fn forward_images(&mut self, mut x: Tensor<F>) -> Tensor<F> {
        let (mu, variance) = images::statistics(&x);
        let sigma = self.spread(&variance);
        let y = images::normalise(&mut x, (&mu, &sigma), (&self.gamma, &self.beta));
        self.remember(&mu, &variance);
        self.kept = Some((x, sigma)); // x̂ again
        y
    }

    fn backward_images(&mut self, mut dy: Tensor<F>, x: Tensor<F>, sigma: &Array1<F>) -> Tensor<F> {
        (self.dbeta, self.dgamma) = images::gradients(&dy, &x);
        let n = F::of((dy.len() / self.gamma.len()) as f64);
        let scale = &self.gamma / sigma;
        let (slope, shift) = (&scale * &self.dgamma / n, &scale * &self.dbeta / n);
        images::combine(&mut dy, &x, [&scale, &slope, &shift]);
        recycle(x);
        dy
    }
}
// ANCHOR_END: images
