//! A solution of exercise 8: much from little.

use common::data::{Dataset, shuffled_batches};
use common::layer::Layer;
use common::layers::SoftmaxWithLoss;
use common::multi_layer_net::MultiLayerNet;
use common::network::Network;
use common::optimizer::{AdamW, Optimizer};
use common::random::Generator;

/// A trained network from N×1×28×28 images to N×10 scores.
pub fn learn(images: &Dataset, rng: &mut Generator) -> Network<f32> {
    let net = MultiLayerNet::new(784, &[200, 200], 10).batch_norm(true).dropout(Some(0.4));
    let mut network = net.build(rng);
    let (mut criterion, mut optimizer) = (SoftmaxWithLoss::default(), AdamW::new(2e-3, 0.1));
    for _ in 0..40 {
        for indices in shuffled_batches(images.len(), 50, rng) {
            let (x, labels) = images.batch(&indices);
            criterion.forward(network.forward(x), &labels);
            network.backward_params(criterion.backward());
            optimizer.update(network.params());
        }
    }
    network
}
