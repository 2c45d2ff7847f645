//! A solution of exercise 10: a shortcut around anything.

use common::layer::{Buffer, Layer, Param};
use common::random::Generator;
use common::{Float, Tensor};

/// f(x) + x.
pub struct Shortcut<L> {
    /// f.
    pub around: L,
}

impl<F: Float, L: Layer<F>> Layer<F> for Shortcut<L> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.around.forward(x.clone()) + x
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        self.around.backward(dy.clone()) + dy
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        self.around.infer(x.clone()) + x
    }

    fn params(&mut self) -> Vec<Param<'_, F>> {
        self.around.params()
    }

    fn buffers(&mut self) -> Vec<Buffer<'_, F>> {
        self.around.buffers()
    }

    fn generators(&mut self) -> Vec<&mut Generator> {
        self.around.generators()
    }
}
