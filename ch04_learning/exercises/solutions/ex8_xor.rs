//! A solution of exercise 8: XOR, learned from numerical gradients.

use ch04_learning::descent::descend;
use ch04_learning::two_layer_net::TwoLayerNet;
use common::random::generator;
use ndarray::{Array1, array};

/// What the trained network says to the four cases.
pub fn learn_xor(seed: u64) -> [f64; 4] {
    // Units that begin on the wrong side of their ReLU never learn: have a few to spare.
    let network = TwoLayerNet { inputs: 2, hidden: 16, outputs: 2 };
    let x = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let labels = [0, 1, 1, 0];
    let loss = |weights: &Array1<f64>| network.loss(weights, &x, &labels);
    let start = network.random_weights(&mut generator(seed));
    let path = descend(loss, start, 0.5, 500);
    let y = network.predict(&path[path.len() - 1], &x);
    [0, 1, 2, 3].map(|case| y[[case, 1]])
}
