//! A solution of exercise 7: a layer of your own, and the proof that it is right.

use common::Tensor;
use common::activation::sigmoid;
use common::gradient::check_layer;
use common::layer::Layer;
use ndarray::Zip;

/// ln(1 + eˣ) for every number.
#[derive(Default)]
pub struct Softplus {
    input: Option<Tensor<f64>>,
}

impl Layer<f64> for Softplus {
    fn forward(&mut self, x: Tensor<f64>) -> Tensor<f64> {
        self.input = Some(x.clone());
        self.infer(x)
    }

    fn backward(&mut self, mut dy: Tensor<f64>) -> Tensor<f64> {
        let x = self.input.take().expect("forward comes first");
        Zip::from(&mut dy).and(&x).for_each(|dy, &x| *dy *= sigmoid(x));
        dy
    }

    fn infer(&self, mut x: Tensor<f64>) -> Tensor<f64> {
        x.mapv_inplace(|x| x.max(0.0) + (-x.abs()).exp().ln_1p());
        x
    }
}

/// The largest relative error that a numerical check of `Softplus` finds on the batch `x`.
pub fn worst_error(x: &Tensor<f64>) -> f64 {
    let errors = check_layer(&mut Softplus::default(), x);
    errors.into_iter().map(|(_, error)| error).fold(0.0, f64::max)
}
