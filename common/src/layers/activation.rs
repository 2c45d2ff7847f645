//! Activation layers: one function for every number, on its own.

use ndarray::Zip;

use super::conv2d::{in_order, slice, slice_mut};
use crate::activation::{relu, sigmoid};
use crate::layer::{Layer, kept};
use crate::{Float, Tensor};

// ANCHOR: relu
/// max(0, x): passes what is positive, stops the rest.
#[derive(Default)]
pub struct Relu {
    passed: Option<Tensor<bool>>,
}

impl<F: Float> Layer<F> for Relu {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.passed = Some(x.mapv(|x| x > F::zero()));
        self.infer(x)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let passed = in_order(kept("Relu", self.passed.take()));
        let mut dy = in_order(dy);
        for (dy, &passed) in slice_mut(&mut dy).iter_mut().zip(slice(&passed)) {
            *dy = if passed { *dy } else { F::zero() };
        }
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
        Zip::from(&mut dy).and(&y).for_each(|dy, &y| *dy *= F::one() - y * y);
        dy
    }

    fn infer(&self, mut x: Tensor<F>) -> Tensor<F> {
        x.mapv_inplace(F::tanh);
        x
    }
}
