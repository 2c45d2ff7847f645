//! From a row of numbers to maps.

use common::layer::Layer;
use common::{Float, Tensor};

/// The numbers of each row as maps C×H×W: what an affine layer makes becomes what a convolution takes.
pub struct ToMaps {
    /// C, H and W.
    pub shape: [usize; 3],
}

impl<F: Float> Layer<F> for ToMaps {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.infer(x)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let (n, numbers) = (dy.shape()[0], self.shape.iter().product());
        let dy = dy.as_standard_layout().into_owned();
        dy.into_shape_with_order(vec![n, numbers]).expect("ToMaps: a gradient of the maps' shape")
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let [c, h, w] = self.shape;
        let shape = vec![x.shape()[0], c, h, w];
        let given = x.shape().to_vec();
        x.into_shape_with_order(shape).unwrap_or_else(|_| {
            panic!("ToMaps: expected N×{} numbers, got a batch of shape {given:?}", c * h * w)
        })
    }
}
