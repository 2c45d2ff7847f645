//! Local response normalisation: a loud channel turns its neighbours down.

use common::layer::Layer;
use common::{Error, Float, Result, Tensor};

// ANCHOR: local_response_norm
/// y = x / s^¾ with s = k + α/n · Σ x², the sum over n neighbouring channels at the same place
/// (Krizhevsky, Sutskever and Hinton, 2012; α is divided by n, as in PyTorch). N×C×H×W stays.
pub struct LocalResponseNorm<F> {
    neighbours: usize,
    alpha: f64,
    k: f64,
    /// x and s.
    kept: Option<(Tensor<F>, Tensor<F>)>,
}
// ANCHOR_END: local_response_norm

impl<F: Float> LocalResponseNorm<F> {
    /// Normalisation over this many channels, itself in the middle, with AlexNet's α = 1e-4, k = 2.
    ///
    /// # Errors
    /// If there is no middle: the number must be odd.
    pub fn new(neighbours: usize) -> Result<Self> {
        match neighbours % 2 {
            1 => Ok(Self { neighbours, alpha: 1e-4, k: 2.0, kept: None }),
            _ => Err(Error::Invalid(format!(
                "LocalResponseNorm: {neighbours} channels have none in the middle; take an odd number"
            ))),
        }
    }

    /// The same with other constants.
    pub fn with_constants(self, alpha: f64, k: f64) -> Self {
        Self { alpha, k, ..self }
    }

    // ANCHOR: scale
    /// s for every number of x.
    fn scale(&self, x: &Tensor<F>) -> Tensor<F> {
        let share = F::of(self.alpha / self.neighbours as f64);
        let mut s = self.sum_over_neighbours(&x.mapv(|x| x * x));
        s.mapv_inplace(|sum| F::of(self.k) + share * sum);
        s
    }

    /// For every number the sum over its neighbours in the channels before and after it.
    fn sum_over_neighbours(&self, x: &Tensor<F>) -> Tensor<F> {
        let (channels, plane) = (x.shape()[1], x.shape()[2] * x.shape()[3]);
        let reach = self.neighbours / 2;
        let mut sums = Tensor::zeros(x.raw_dim());
        let images = sums.as_slice_mut().expect("new").chunks_exact_mut((channels * plane).max(1));
        let x = x.as_standard_layout();
        let x = x.as_slice().expect("in order").chunks_exact((channels * plane).max(1));
        for (sums, x) in images.zip(x) {
            for (c, sum) in sums.chunks_exact_mut(plane).enumerate() {
                for other in c.saturating_sub(reach)..(c + reach + 1).min(channels) {
                    let other = &x[other * plane..][..plane];
                    sum.iter_mut().zip(other).for_each(|(sum, &x)| *sum += x);
                }
            }
        }
        sums
    }
    // ANCHOR_END: scale
}

/// s^−¾ by roots, which are much faster than a power.
fn power<F: Float>(s: F) -> F {
    let root = s.sqrt();
    F::one() / (root * root.sqrt())
}

impl<F: Float> Layer<F> for LocalResponseNorm<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let s = self.scale(&x);
        let mut y = x.clone();
        y.zip_mut_with(&s, |y, &s| *y *= power(s));
        self.kept = Some((x, s));
        y
    }

    // ANCHOR: backward
    /// ∂L/∂xᵢ = dyᵢ·sᵢ^−¾ − 2·¾·α/n · xᵢ · Σ dyⱼ·xⱼ·sⱼ^−(1+¾), over the j that have i as a neighbour.
    fn backward(&mut self, mut dy: Tensor<F>) -> Tensor<F> {
        let (mut x, s) =
            self.kept.take().expect("LocalResponseNorm: backward needs a forward before it");
        let mut shared = x.clone();
        ndarray::azip!((shared in &mut shared, &dy in &dy, &s in &s) *shared *= dy * power(s) / s);
        let shared = self.sum_over_neighbours(&shared); // n is odd: neighbours are mutual
        let factor = F::of(-2.0 * 0.75 * self.alpha / self.neighbours as f64);
        ndarray::azip!((x in &mut x, &shared in &shared) *x *= factor * shared);
        ndarray::azip!((dy in &mut dy, &s in &s, &x in &x) *dy = *dy * power(s) + x);
        dy
    }
    // ANCHOR_END: backward

    fn infer(&self, mut x: Tensor<F>) -> Tensor<F> {
        let s = self.scale(&x);
        x.zip_mut_with(&s, |x, &s| *x *= power(s));
        x
    }
}
