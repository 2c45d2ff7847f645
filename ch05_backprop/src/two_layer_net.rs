//! The network of the chapter: two affine layers with a ReLU between them.

use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, Relu};
use common::random::Generator;
use common::{Float, Tensor};

// ANCHOR: two_layer_net
/// N×inputs → N×hidden → N×outputs: logits, one for each class.
pub struct TwoLayerNet<F> {
    affine1: Affine<F>,
    relu: Relu,
    affine2: Affine<F>,
}

impl<F: Float> TwoLayerNet<F> {
    /// A network with weights drawn from a normal distribution of standard deviation 0.01.
    pub fn new(inputs: usize, hidden: usize, outputs: usize, rng: &mut Generator) -> Self {
        let init = Init::Gaussian(0.01);
        Self {
            affine1: Affine::new(inputs, hidden, init, rng),
            relu: Relu::default(),
            affine2: Affine::new(hidden, outputs, init, rng),
        }
    }
}

impl<F: Float> Layer<F> for TwoLayerNet<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let x = self.affine1.forward(x);
        let x = self.relu.forward(x);
        self.affine2.forward(x)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let dy = self.affine2.backward(dy);
        let dy = self.relu.backward(dy);
        self.affine1.backward(dy)
    }

    fn backward_params(&mut self, dy: Tensor<F>) {
        let dy = self.affine2.backward(dy);
        let dy = self.relu.backward(dy);
        self.affine1.backward_params(dy);
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let x = self.affine1.infer(x);
        let x = self.relu.infer(x);
        self.affine2.infer(x)
    }

    fn children(&mut self) -> Vec<&mut dyn Layer<F>> {
        vec![&mut self.affine1, &mut self.relu, &mut self.affine2]
    }

    fn is_sequential(&self) -> bool {
        true
    }
}
// ANCHOR_END: two_layer_net
