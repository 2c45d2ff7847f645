//! ReLUs that let a little through below zero.

use ndarray::{Array1, Zip};

use crate::activation::{leaky_relu, leaky_relu_derivative};
use crate::layer::{Layer, Param, check_gradient, kept};
use crate::{Float, Tensor};

// ANCHOR: leaky
/// x above 0, slope·x below, so that a unit that is off still learns (Maas and others, 2013).
pub struct LeakyRelu<F> {
    slope: F,
    input: Option<Tensor<F>>,
}

impl<F: Float> LeakyRelu<F> {
    /// A layer with this slope below zero; 0.01 is usual ([`LEAK`](crate::activation::LEAK)).
    pub fn new(slope: F) -> Self {
        Self { slope, input: None }
    }
}

impl<F: Float> Layer<F> for LeakyRelu<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.input = Some(x.clone());
        self.infer(x)
    }

    fn backward(&mut self, mut dy: Tensor<F>) -> Tensor<F> {
        let x = kept("LeakyRelu", self.input.take());
        check_gradient("LeakyRelu", dy.shape(), x.shape());
        dy.zip_mut_with(&x, |dy, &x| *dy *= leaky_relu_derivative(x, self.slope));
        dy
    }

    fn infer(&self, mut x: Tensor<F>) -> Tensor<F> {
        x.mapv_inplace(|x| leaky_relu(x, self.slope));
        x
    }
}
// ANCHOR_END: leaky

/// A leaky ReLU whose slope below zero is learned, one for the whole layer (He and others, 2015).
pub struct PRelu<F> {
    /// The slope below zero: one number, in an array as all parameters are.
    pub slope: Array1<F>,
    /// ∂loss/∂slope from the last `backward`.
    pub dslope: Array1<F>,
    input: Option<Tensor<F>>,
}

impl<F: Float> Default for PRelu<F> {
    /// A slope of ¼, with which its authors began.
    fn default() -> Self {
        let slope = Array1::from_elem(1, F::of(0.25));
        Self { slope, dslope: Array1::zeros(1), input: None }
    }
}

impl<F: Float> Layer<F> for PRelu<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.input = Some(x.clone());
        self.infer(x)
    }

    // ANCHOR: prelu_backward
    fn backward(&mut self, mut dy: Tensor<F>) -> Tensor<F> {
        let x = kept("PRelu", self.input.take());
        check_gradient("PRelu", dy.shape(), x.shape());
        let slope = self.slope[0];
        let mut dslope = F::zero();
        Zip::from(&mut dy).and(&x).for_each(|dy, &x| {
            dslope += *dy * x.min(F::zero());
            *dy *= leaky_relu_derivative(x, slope);
        });
        self.dslope[0] = dslope;
        dy
    }
    // ANCHOR_END: prelu_backward

    fn infer(&self, mut x: Tensor<F>) -> Tensor<F> {
        x.mapv_inplace(|x| leaky_relu(x, self.slope[0]));
        x
    }

    fn params(&mut self) -> Vec<Param<'_, F>> {
        vec![Param::new("a", &mut self.slope, &mut self.dslope)]
    }
}
