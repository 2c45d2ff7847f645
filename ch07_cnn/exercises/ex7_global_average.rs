//! Exercise 7: a layer of your own.
//!
//! Wanted: global average pooling, which newer networks have instead of large affine layers: from maps
//! N×C×H×W to the mean of each channel, N×C. Write all three methods; `forward` must keep what
//! `backward` needs, and nothing more.
//!
//! Judge: cargo test -p ch07_cnn -- --ignored ex7

use common::layer::Layer;
use common::{Float, Tensor};

/// The mean of each channel.
#[derive(Default)]
pub struct GlobalAverage {
    shape: Option<Vec<usize>>,
}

impl<F: Float> Layer<F> for GlobalAverage {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        todo!("keep the shape")
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        todo!("from N×C back to N×C×H×W")
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        todo!(
            "`x.sum_axis(Axis(3))` adds up each row and leaves an axis fewer; divide by H·W in the end"
        )
    }
}
