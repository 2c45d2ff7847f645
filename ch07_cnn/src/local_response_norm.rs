//! Local response normalisation: a loud channel turns its neighbours down.

use common::layer::{Layer, check_gradient};
use common::{Error, Float, Result, Tensor};
use rayon::prelude::*;
use rayon::slice::ChunksMut;

// ANCHOR: local_response_norm
/// y = x / s^¾ with s = k + α/n · Σ x², the sum over n neighbouring channels at the same place
/// (Krizhevsky, Sutskever and Hinton, 2012; α is divided by n, as in PyTorch). N×C×H×W stays.
pub struct LocalResponseNorm<F> {
    neighbours: usize,
    alpha: f64,
    k: f64,
    x: Option<Tensor<F>>,
}
// ANCHOR_END: local_response_norm

impl<F: Float> LocalResponseNorm<F> {
    /// Normalisation over this many channels, itself in the middle, with AlexNet's α = 1e-4, k = 2.
    ///
    /// # Errors
    /// If there is no middle: the number must be odd.
    pub fn new(neighbours: usize) -> Result<Self> {
        match neighbours % 2 {
            1 => Ok(Self { neighbours, alpha: 1e-4, k: 2.0, x: None }),
            _ => Err(Error::Invalid(format!(
                "LocalResponseNorm: {neighbours} channels have none in the middle; take an odd number"
            ))),
        }
    }

    /// This layer with other constants.
    pub fn with_constants(self, alpha: f64, k: f64) -> Self {
        Self { alpha, k, ..self }
    }

    // ANCHOR: sum
    /// For every number of an image C×(H·W) the sum over its neighbours in other channels. A window
    /// moves over the channels: one enters in front, and one leaves behind.
    fn sum_over_neighbours(&self, image: &[F], channels: usize) -> Vec<F> {
        let plane = image.len() / channels;
        let channel = |c: usize| &image[c * plane..][..plane];
        let mut window = vec![F::zero(); plane];
        let mut sums = Vec::with_capacity(image.len());
        for front in 0..channels + self.neighbours / 2 {
            if front < channels {
                window.iter_mut().zip(channel(front)).for_each(|(sum, &x)| *sum += x);
            }
            if front >= self.neighbours {
                let left = channel(front - self.neighbours);
                window.iter_mut().zip(left).for_each(|(sum, &x)| *sum -= x);
            }
            if front >= self.neighbours / 2 {
                sums.extend_from_slice(&window);
            }
        }
        sums
    }
    // ANCHOR_END: sum

    /// s for every number of an image.
    fn scale(&self, image: &[F], channels: usize) -> Vec<F> {
        let (k, share) = (F::of(self.k), F::of(self.alpha / self.neighbours as f64));
        let squares: Vec<F> = image.iter().map(|&x| x * x).collect();
        let mut s = self.sum_over_neighbours(&squares, channels);
        s.iter_mut().for_each(|s| *s = k + share * *s);
        s
    }
}

/// s^−¾ by roots, which are much faster than a power.
fn power<F: Float>(s: F) -> F {
    let root = s.sqrt();
    F::one() / (root * root.sqrt())
}

fn in_order<F: Float>(x: Tensor<F>) -> Tensor<F> {
    if x.is_standard_layout() { x } else { x.as_standard_layout().into_owned() }
}

/// A batch in order, image by image: C×H×W numbers each.
fn images<F: Float>(x: &mut Tensor<F>) -> ChunksMut<'_, F> {
    let image: usize = x.shape()[1..].iter().product();
    x.as_slice_mut().expect("in order").par_chunks_mut(image.max(1))
}

impl<F: Float> Layer<F> for LocalResponseNorm<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let y = self.infer(x.clone());
        self.x = Some(x);
        y
    }

    // ANCHOR: backward
    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let x = self.x.take().expect("LocalResponseNorm: backward needs a forward before it");
        check_gradient("LocalResponseNorm", dy.shape(), x.shape());
        let (mut x, mut dy) = (in_order(x), in_order(dy));
        let channels = x.shape()[1];
        let factor = F::of(1.5 * self.alpha / self.neighbours as f64);
        images(&mut dy).zip(images(&mut x)).for_each(|(dy, x)| {
            let mut shares = self.scale(x, channels); // s again, cheaper than keeping it
            for ((dy, s), &x) in dy.iter_mut().zip(&mut shares).zip(x.iter()) {
                *dy *= power(*s); //   the first part
                *s = *dy * x / *s; // dy·x·s^−7/4, this number's share in its neighbours' second parts
            }
            let sums = self.sum_over_neighbours(&shares, channels);
            for ((dy, &x), &sum) in dy.iter_mut().zip(x.iter()).zip(&sums) {
                *dy -= factor * x * sum;
            }
        });
        dy
    }
    // ANCHOR_END: backward

    // ANCHOR: infer
    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        assert!(x.ndim() == 4, "LocalResponseNorm: expected N×C×H×W, got {:?}", x.shape());
        let mut y = in_order(x);
        let channels = y.shape()[1];
        images(&mut y).for_each(|y| {
            let s = self.scale(y, channels);
            y.iter_mut().zip(&s).for_each(|(y, &s)| *y *= power(s));
        });
        y
    }
    // ANCHOR_END: infer
}
