//! Initial weights: small random numbers, and how small.

use ndarray::{Array, Array2, Dimension, ShapeBuilder};
use rand_distr::StandardNormal;

use crate::Float;
use crate::random::{Generator, Rng};

/// How far initial weights spread around zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// A normal distribution with this standard deviation.
    Gaussian(f64),
    /// √(2 / (inputs + outputs)), for sigmoid and tanh (Glorot and Bengio, 2010).
    Xavier,
    /// √(2 / inputs), for ReLU, which lets only half of its inputs through (He et al., 2015).
    He,
}

impl Init {
    // ANCHOR: std
    /// The standard deviation for a layer in which each output sums `inputs` numbers and each
    /// input reaches `outputs` of them.
    pub fn std(self, inputs: usize, outputs: usize) -> f64 {
        match self {
            Self::Gaussian(std) => std,
            Self::Xavier => (2.0 / (inputs + outputs) as f64).sqrt(),
            Self::He => (2.0 / inputs as f64).sqrt(),
        }
    }
    // ANCHOR_END: std

    /// Normally distributed weights of the given shape.
    ///
    /// They are drawn in `f64` and rounded, so that one seed gives the same network in both types.
    pub fn weights<F: Float, D: Dimension>(
        self,
        shape: impl ShapeBuilder<Dim = D>,
        inputs: usize,
        outputs: usize,
        rng: &mut Generator,
    ) -> Array<F, D> {
        let std = self.std(inputs, outputs);
        Array::from_shape_simple_fn(shape, || F::of(std * rng.sample::<f64, _>(StandardNormal)))
    }
}

// ANCHOR: orthogonal
/// A random n×n matrix whose rows have length 1 and are at right angles: a product with it turns a vector
/// and leaves its length as it is.
///
/// Rows are drawn at random; from each the shares of those before it are taken away (Gram and Schmidt).
pub fn orthogonal<F: Float>(n: usize, rng: &mut Generator) -> Array2<F> {
    let mut q: Array2<f64> = Init::Gaussian(1.0).weights((n, n), n, n, rng);
    for i in 0..n {
        let (before, mut from) = q.view_mut().split_at(ndarray::Axis(0), i);
        let mut row = from.row_mut(0);
        // Twice: what rounding leaves the first time would grow from row to row.
        for _ in 0..2 {
            for other in before.rows() {
                let share = other.dot(&row);
                row.scaled_add(-share, &other);
            }
        }
        let length = row.dot(&row).sqrt();
        row.mapv_inplace(|x| x / length);
    }
    q.mapv(F::of)
}
// ANCHOR_END: orthogonal
