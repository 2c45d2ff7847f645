//! A convolution without a bias.

use common::layer::{Layer, Param};
use common::layers::Conv2d;
use common::{Float, Tensor};

// ANCHOR: unbiased
/// For a convolution that batch normalisation follows: it would take any constant away again, so
/// there is none to learn.
pub struct Unbiased<F>(pub Conv2d<F>);

impl<F: Float> Layer<F> for Unbiased<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.0.forward(x)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        self.0.backward(dy)
    }

    fn backward_params(&mut self, dy: Tensor<F>) {
        self.0.backward_params(dy);
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        self.0.infer(x)
    }

    fn params(&mut self) -> Vec<Param<'_, F>> {
        self.0.params().into_iter().filter(Param::is_weight).collect()
    }
}
// ANCHOR_END: unbiased
