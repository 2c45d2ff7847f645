//! A solution of exercise 8: a network that learns XOR.

use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, MeanSquaredError, Sigmoid, Tanh};
use common::network::Network;
use common::optimizer::{Adam, Optimizer};
use common::random::generator;
use ndarray::array;

/// A trained network from N×2 inputs to N×1 answers between 0 and 1.
pub fn learn_xor(seed: u64) -> Network<f32> {
    let rng = &mut generator(seed);
    let mut network = Network::new()
        .with(Affine::new(2, 8, Init::Gaussian(1.0), rng))
        .with(Tanh::default())
        .with(Affine::new(8, 1, Init::Gaussian(1.0), rng))
        .with(Sigmoid::default());
    let x = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].into_dyn();
    let t = array![[0.0], [1.0], [1.0], [0.0]].into_dyn();
    let (mut criterion, mut optimizer) = (MeanSquaredError::default(), Adam::new(0.05));
    for _ in 0..1000 {
        criterion.forward(network.forward(x.clone()), &t);
        network.backward_params(criterion.backward());
        optimizer.update(network.params());
    }
    network
}
