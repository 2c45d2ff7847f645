//! Exercise 7: a layer of your own, and the proof that it is right.
//!
//! Softplus, ln(1 + eˣ), is a ReLU without the corner. Wanted: its `forward`, `backward` and
//! `infer` as a `Layer`, and `worst_error`, which runs `check_layer` on it and returns the largest
//! relative error. Work out the slope first: it is a function that you know.
//!
//! Judge: cargo test -p ch05_backprop -- --ignored ex7

use common::Tensor;
use common::layer::Layer;

/// ln(1 + eˣ) for every number.
#[derive(Default)]
pub struct Softplus {
    // Add what `backward` will need.
}

impl Layer<f64> for Softplus {
    fn forward(&mut self, x: Tensor<f64>) -> Tensor<f64> {
        todo!("keep what backward needs, then do as infer does")
    }

    fn backward(&mut self, dy: Tensor<f64>) -> Tensor<f64> {
        todo!("dy times the slope of softplus")
    }

    fn infer(&self, x: Tensor<f64>) -> Tensor<f64> {
        todo!("ln(1 + e^x); for large x that is x, and e^x must not overflow")
    }
}

/// The largest relative error that a numerical check of `Softplus` finds on the batch `x`.
pub fn worst_error(x: &Tensor<f64>) -> f64 {
    todo!("`common::gradient::check_layer` returns a list of (name, error)")
}
