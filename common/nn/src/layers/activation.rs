//! Activation layers: one function for every number, on its own.

use ndarray::Zip;

use super::batch::{in_order, slice_mut};
use crate::activation::{relu, sigmoid};
use crate::kernels::elementwise::map_with;
use crate::layer::{Layer, check_count, check_gradient, kept};
use crate::{Float, Tensor};

// ANCHOR: relu
/// max(0, x): passes what is positive, stops the rest.
#[derive(Default)]
pub struct Relu {
    /// Which numbers passed. Its memory is used again for the next batch.
    passed: Vec<bool>,
    /// Whether `backward` may use it.
    fresh: bool,
}

impl<F: Float> Layer<F> for Relu {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let mut x = in_order(x);
        self.passed.resize(x.len(), false);
        self.fresh = true;
        map_with(slice_mut(&mut x), &mut self.passed, |x, passed| {
            *passed = *x > F::zero();
            *x = relu(*x);
        });
        x
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        kept("Relu", std::mem::take(&mut self.fresh).then_some(()));
        let mut dy = in_order(dy);
        check_count("Relu", &dy, self.passed.len());
        map_with(slice_mut(&mut dy), &mut self.passed, |dy, passed| {
            *dy = if *passed { *dy } else { F::zero() };
        });
        dy
    }

    fn infer(&self, mut x: Tensor<F>) -> Tensor<F> {
        x.mapv_inplace(relu);
        x
    }
}
// ANCHOR_END: relu

// ANCHOR: sigmoid
/// 1 / (1 + e⁻ˣ). Its slope can be told from its output: y·(1 − y).
#[derive(Default)]
pub struct Sigmoid<F> {
    output: Option<Tensor<F>>,
}

impl<F: Float> Layer<F> for Sigmoid<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let y = self.infer(x);
        self.output = Some(y.clone());
        y
    }

    fn backward(&mut self, mut dy: Tensor<F>) -> Tensor<F> {
        let y = kept("Sigmoid", self.output.take());
        check_gradient("Sigmoid", dy.shape(), y.shape());
        Zip::from(&mut dy).and(&y).for_each(|dy, &y| *dy *= y * (F::one() - y));
        dy
    }

    fn infer(&self, mut x: Tensor<F>) -> Tensor<F> {
        x.mapv_inplace(sigmoid);
        x
    }
}
// ANCHOR_END: sigmoid

/// tanh x. Its slope, too, can be told from its output: 1 − y².
#[derive(Default)]
pub struct Tanh<F> {
    output: Option<Tensor<F>>,
}

impl<F: Float> Layer<F> for Tanh<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let y = self.infer(x);
        self.output = Some(y.clone());
        y
    }

    fn backward(&mut self, mut dy: Tensor<F>) -> Tensor<F> {
        let y = kept("Tanh", self.output.take());
        check_gradient("Tanh", dy.shape(), y.shape());
        Zip::from(&mut dy).and(&y).for_each(|dy, &y| *dy *= F::one() - y * y);
        dy
    }

    fn infer(&self, mut x: Tensor<F>) -> Tensor<F> {
        x.mapv_inplace(F::tanh);
        x
    }
}
