//! Where the captioner looks while it speaks.

use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, Attention, EachStep};
use common::network::Network;
use common::random::Generator;
use common::{Float, Tensor};
use ndarray::Array3;

// ANCHOR: gaze
/// At each word, a question to all places of the maps: the LSTM's output makes the query, what is at a
/// place makes its key, and the answer is the mean of what is there, N×T×C.
pub struct Gaze<F: Float> {
    queries: EachStep<F>,
    keys: EachStep<F>,
    attention: Attention<F>,
}

impl<F: Float> Gaze<F> {
    /// From `units` outputs of an LSTM and `channels` maps, compared by `size` numbers.
    pub fn new((units, channels, size): (usize, usize, usize), rng: &mut Generator) -> Self {
        let mut to = |inputs| {
            EachStep::new(Network::new().with(Affine::new(inputs, size, Init::Xavier, rng)))
        };
        Self { queries: to(units), keys: to(channels), attention: Attention::default() }
    }

    /// What is found for outputs N×T×H at places N×P×C.
    pub fn forward(&mut self, h: Tensor<F>, places: Tensor<F>) -> Tensor<F> {
        let keys = self.keys.forward(places.clone());
        self.attention.forward(self.queries.forward(h), keys, places)
    }

    /// From the gradient of what was found to those of the outputs and the places.
    pub fn backward(&mut self, dy: Tensor<F>) -> (Tensor<F>, Tensor<F>) {
        let [dq, dk, dv] = self.attention.backward(dy);
        (self.queries.backward(dq), self.keys.backward(dk) + dv)
    }
    // ANCHOR_END: gaze

    /// What is found when nothing is to be learned, and how much of each place is in it, N×T×P.
    pub fn infer(&self, h: Tensor<F>, places: Tensor<F>) -> (Tensor<F>, Array3<F>) {
        let keys = self.keys.infer(places.clone());
        Attention::infer(self.queries.infer(h), keys, places)
    }

    /// What learns.
    pub fn layers(&mut self) -> [&mut dyn Layer<F>; 2] {
        [&mut self.queries, &mut self.keys]
    }
}
