//! Training with nothing around it.

use common::data::{Dataset, shuffled_batches};
use common::layer::Layer;
use common::layers::SoftmaxWithLoss;
use common::optimizer::Optimizer;
use common::random::Generator;

// ANCHOR: bare_loop
/// One epoch: every image once, in shuffled batches of `batch_size`.
pub fn epoch(
    network: &mut impl Layer<f32>,
    optimizer: &mut impl Optimizer<f32>,
    (train, batch_size): (&Dataset, usize),
    rng: &mut Generator,
) {
    let mut criterion = SoftmaxWithLoss::default();
    for indices in shuffled_batches(train.len(), batch_size, rng) {
        let (x, labels) = train.batch(&indices);
        criterion.forward(network.forward(x), &labels);
        network.backward_params(criterion.backward());
        optimizer.update(network.params());
    }
}
// ANCHOR_END: bare_loop
