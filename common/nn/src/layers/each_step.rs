//! The same layers at every step of a sequence.

use crate::layer::Layer;
use crate::network::Network;
use crate::{Float, Tensor};

// ANCHOR: each_step
/// Layers that work on N×D, at each step of sequences N×T×D with the same weights: the steps are rows of
/// one large batch meanwhile.
pub struct EachStep<F> {
    inner: Network<F>,
}

impl<F: Float> EachStep<F> {
    /// These layers at each step.
    pub fn new(inner: Network<F>) -> Self {
        Self { inner }
    }
}

/// N×T×D as N·T rows, and N×T.
fn as_steps<F: Float>(x: Tensor<F>) -> (Tensor<F>, [usize; 2]) {
    let [n, steps, numbers] = *x.shape() else {
        panic!("EachStep: expected sequences N×T×D, got a batch of shape {:?}", x.shape());
    };
    (reshaped(x, &[n * steps, numbers]), [n, steps])
}

/// N·T rows as N×T×(the rest).
fn as_sequences<F: Float>(y: Tensor<F>, [n, steps]: [usize; 2]) -> Tensor<F> {
    let numbers = y.shape()[1..].iter().product();
    reshaped(y, &[n, steps, numbers])
}

fn reshaped<F: Float>(x: Tensor<F>, shape: &[usize]) -> Tensor<F> {
    let x = if x.is_standard_layout() { x } else { x.as_standard_layout().into_owned() };
    x.into_shape_with_order(shape).expect("as many numbers as before")
}

impl<F: Float> Layer<F> for EachStep<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let (x, shape) = as_steps(x);
        as_sequences(self.inner.forward(x), shape)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let (dy, shape) = as_steps(dy);
        as_sequences(self.inner.backward(dy), shape)
    }

    fn backward_params(&mut self, dy: Tensor<F>) {
        self.inner.backward_params(as_steps(dy).0);
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let (x, shape) = as_steps(x);
        as_sequences(self.inner.infer(x), shape)
    }

    fn children(&mut self) -> Vec<&mut dyn Layer<F>> {
        vec![&mut self.inner]
    }
}
// ANCHOR_END: each_step
