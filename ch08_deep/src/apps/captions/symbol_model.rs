//! The network that reads symbols one after the other and says after each what it expects.

use common::Tensor;
use common::init::Init;
use common::layer::{Buffer, Layer};
use common::layers::{Affine, EachStep, Embedding, State};
use common::network::Network;
use common::random::Generator;
use ndarray::Array1;

use super::kinds::Stateful;

// ANCHOR: symbol_model
/// A vector for each symbol, a recurrent layer, and scores for all symbols at every step: from N×T
/// numbers of symbols to N×T×V.
pub struct SymbolModel {
    /// A vector for each symbol.
    pub embedding: Embedding<f32>,
    /// What remembers.
    pub recurrent: Box<dyn Stateful>,
    /// Scores for all symbols, at every step.
    pub output: EachStep<f32>,
    /// What the symbols stand for, kept in the weights file beside the weights: code points of
    /// characters. Nothing where symbols stand for themselves.
    pub code_points: Array1<f32>,
}
// ANCHOR_END: symbol_model

impl SymbolModel {
    /// A model of so many symbols: each is a vector of `size` numbers, and `recurrent` makes a layer
    /// from `size` numbers a step to `units`.
    pub fn new(
        symbols: usize,
        (size, units): (usize, usize),
        recurrent: impl FnOnce(&mut Generator) -> Box<dyn Stateful>,
        rng: &mut Generator,
    ) -> Self {
        let embedding = Embedding::new(symbols, size, rng);
        let recurrent = recurrent(rng);
        let scores = Network::new().with(Affine::new(units, symbols, Init::Xavier, rng));
        Self { embedding, recurrent, output: EachStep::new(scores), code_points: Array1::zeros(0) }
    }

    // ANCHOR: forward_from
    /// Forward from this state, keeping what `backward` will need; the state at the end besides.
    pub fn forward_from(
        &mut self,
        x: Tensor<f32>,
        state: &State<f32>,
    ) -> (Tensor<f32>, State<f32>) {
        let (h, end) = self.recurrent.forward_from(self.embedding.forward(x), state);
        (self.output.forward(h), end)
    }
    // ANCHOR_END: forward_from

    /// The same when nothing is to be learned.
    pub fn infer_from(&self, x: Tensor<f32>, state: &State<f32>) -> (Tensor<f32>, State<f32>) {
        let (h, end) = self.recurrent.infer_from(self.embedding.infer(x), state);
        (self.output.infer(h), end)
    }
}

impl Layer<f32> for SymbolModel {
    fn forward(&mut self, x: Tensor<f32>) -> Tensor<f32> {
        let state = self.recurrent.zero_state(x.shape()[0]);
        self.forward_from(x, &state).0
    }

    fn backward(&mut self, dy: Tensor<f32>) -> Tensor<f32> {
        let dh = self.recurrent.backward(self.output.backward(dy));
        self.embedding.backward(dh)
    }

    fn infer(&self, x: Tensor<f32>) -> Tensor<f32> {
        let state = self.recurrent.zero_state(x.shape()[0]);
        self.infer_from(x, &state).0
    }

    fn children(&mut self) -> Vec<&mut dyn Layer<f32>> {
        vec![&mut self.embedding, &mut *self.recurrent, &mut self.output]
    }

    fn buffers(&mut self) -> Vec<Buffer<'_, f32>> {
        let known = !self.code_points.is_empty();
        let buffer = Buffer { name: "code_points", value: self.code_points.view_mut().into_dyn() };
        known.then_some(buffer).into_iter().collect()
    }

    fn is_sequential(&self) -> bool {
        true
    }
}
