//! Pixels as the network wants them.

use common::layer::Layer;
use common::{Float, Tensor};

/// (x − mean)/deviation for each of three channels of images N×3×H×W from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub struct Normalise {
    /// What is taken from each channel.
    pub mean: [f64; 3],
    /// What each channel is then divided by.
    pub deviation: [f64; 3],
}

impl Normalise {
    /// To −1 … 1.
    pub const HALVES: Self = Self { mean: [0.5; 3], deviation: [0.5; 3] };
    /// By mean and standard deviation of ImageNet's photographs, as torchvision's networks want it.
    pub const IMAGENET: Self =
        Self { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

    fn each<F: Float>(mut x: Tensor<F>, change: impl Fn(usize, F) -> F) -> Tensor<F> {
        assert!(
            x.ndim() == 4 && x.shape()[1] == 3,
            "Normalise: expected images N×3×H×W, got a batch of shape {:?}",
            x.shape()
        );
        for mut image in x.outer_iter_mut() {
            for (c, mut channel) in image.outer_iter_mut().enumerate() {
                channel.mapv_inplace(|x| change(c, x));
            }
        }
        x
    }
}

impl<F: Float> Layer<F> for Normalise {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.infer(x)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        Self::each(dy, |c, dy| dy / F::of(self.deviation[c]))
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        Self::each(x, |c, x| (x - F::of(self.mean[c])) / F::of(self.deviation[c]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::gradient::{TOLERANCE, check_layer};
    use common::random::{generator, normal};

    #[test]
    fn its_gradient_is_the_numerical_one() {
        let x = normal(vec![2, 3, 2, 4], &mut generator(1));
        for (name, error) in check_layer(&mut Normalise { ..Normalise::IMAGENET }, &x) {
            assert!(error < TOLERANCE, "{name}: {error:.1e}");
        }
    }
}
