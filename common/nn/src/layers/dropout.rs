//! Dropout (Srivastava and others, 2014).

use ndarray::Zip;

use crate::layer::{Layer, check_gradient, kept};
use crate::random::{Generator, Rng, SeedableRng};
use crate::{Float, Tensor};

// ANCHOR: dropout
/// While learning, silences each number with probability `rate` and divides the others by
/// 1 − `rate`, so that the expected sum stays; when nothing is learned, hands its input on.
pub struct Dropout {
    rate: f64,
    rng: Generator,
    passed: Option<Tensor<bool>>,
}

impl Dropout {
    /// A layer with random numbers of its own, which begin where `rng` is now.
    ///
    /// # Panics
    /// If `rate` is below 0, or not below 1.
    pub fn new(rate: f64, rng: &mut Generator) -> Self {
        assert!((0.0..1.0).contains(&rate), "Dropout: expected 0 ≤ rate < 1, got {rate}");
        Self { rate, rng: Generator::from_rng(rng), passed: None }
    }

    /// The probability with which a number is silenced.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// The generator of its random numbers, as it is now.
    pub fn generator(&self) -> &Generator {
        &self.rng
    }

    fn silence<F: Float>(&self, x: &mut Tensor<F>, passed: &Tensor<bool>) {
        let scale = F::of(1.0 / (1.0 - self.rate));
        Zip::from(x).and(passed).for_each(|x, &passed| {
            *x = if passed { *x * scale } else { F::zero() };
        });
    }
}

impl<F: Float> Layer<F> for Dropout {
    fn forward(&mut self, mut x: Tensor<F>) -> Tensor<F> {
        let rate = self.rate as f32;
        let passed = x.mapv(|_| self.rng.random::<f32>() >= rate);
        self.silence(&mut x, &passed);
        self.passed = Some(passed);
        x
    }

    fn backward(&mut self, mut dy: Tensor<F>) -> Tensor<F> {
        let passed = kept("Dropout", self.passed.take());
        check_gradient("Dropout", dy.shape(), passed.shape());
        self.silence(&mut dy, &passed);
        dy
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        x
    }

    fn generators(&mut self) -> Vec<&mut Generator> {
        vec![&mut self.rng]
    }
}
// ANCHOR_END: dropout
