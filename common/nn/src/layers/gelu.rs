//! A ReLU without the corner.

use crate::activation::{gelu, gelu_derivative};
use crate::layer::{Layer, check_gradient, kept};
use crate::{Float, Tensor};

/// x·Φ(x): each number times the share of a standard normal distribution that lies below it
/// (Hendrycks and Gimpel, 2016).
#[derive(Default)]
pub struct Gelu<F> {
    input: Option<Tensor<F>>,
}

impl<F: Float> Layer<F> for Gelu<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.input = Some(x.clone());
        self.infer(x)
    }

    fn backward(&mut self, mut dy: Tensor<F>) -> Tensor<F> {
        let x = kept("Gelu", self.input.take());
        check_gradient("Gelu", dy.shape(), x.shape());
        dy.zip_mut_with(&x, |dy, &x| *dy *= gelu_derivative(x));
        dy
    }

    fn infer(&self, mut x: Tensor<F>) -> Tensor<F> {
        x.mapv_inplace(gelu);
        x
    }
}
