//! A solution of exercise 7: a layer of your own.

use common::layer::Layer;
use common::{Float, Tensor};
use ndarray::Axis;

/// The mean of each channel.
#[derive(Default)]
pub struct GlobalAverage {
    shape: Option<Vec<usize>>,
}

impl<F: Float> Layer<F> for GlobalAverage {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.shape = Some(x.shape().to_vec());
        self.infer(x)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let shape = self.shape.take().expect("backward needs a forward before it");
        let share = F::one() / F::of((shape[2] * shape[3]) as f64);
        let dy = dy.mapv(|dy| dy * share).insert_axis(Axis(2)).insert_axis(Axis(3));
        dy.broadcast(shape).expect("one number for each channel").to_owned()
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let share = F::one() / F::of((x.shape()[2] * x.shape()[3]) as f64);
        x.sum_axis(Axis(3)).sum_axis(Axis(2)).mapv(|sum| sum * share)
    }
}
