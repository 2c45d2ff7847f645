//! Global average pooling: one number for each channel, wherever in the map it was seen.

use common::layer::{Layer, check_gradient};
use common::{Float, Tensor};
use ndarray::Axis;

// ANCHOR: global_average
/// The mean of each map: N×C×H×W to N×C (Lin, Chen and Yan, 2014). It takes the place of large
/// affine layers, and has no parameters.
#[derive(Default)]
pub struct GlobalAverage {
    shape: Option<Vec<usize>>,
}

impl<F: Float> Layer<F> for GlobalAverage {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.shape = Some(x.shape().to_vec());
        self.infer(x)
    }

    fn backward(&mut self, mut dy: Tensor<F>) -> Tensor<F> {
        let shape = self.shape.take().expect("GlobalAverage: backward needs a forward before it");
        check_gradient("GlobalAverage", dy.shape(), &shape[..2]);
        dy *= share::<F>(&shape);
        let each = dy.insert_axis(Axis(2)).insert_axis(Axis(3));
        each.broadcast(shape).expect("a number for each map").as_standard_layout().into_owned()
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let share = share::<F>(x.shape());
        x.sum_axis(Axis(3)).sum_axis(Axis(2)) * share
    }
}
// ANCHOR_END: global_average

/// One over the pixels of a map.
fn share<F: Float>(shape: &[usize]) -> F {
    assert!(shape.len() == 4, "GlobalAverage: expected images N×C×H×W, got a batch of {shape:?}");
    F::one() / F::of((shape[2] * shape[3]) as f64)
}
