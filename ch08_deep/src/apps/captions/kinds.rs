//! Recurrent layers of any kind: which one is chosen when the program runs.

use common::Tensor;
use common::layer::Layer;
use common::layers::{Cell, Gru, Lstm, Recurrent, Rnn, State};
use common::random::Generator;

use clap::ValueEnum;

/// The kinds of recurrent layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// The plain recurrent layer
    Rnn,
    /// The gated recurrent unit
    Gru,
    /// Long short-term memory
    Lstm,
}

impl Kind {
    /// All of them, the plainest first.
    pub const ALL: [Self; 3] = [Self::Rnn, Self::Gru, Self::Lstm];

    /// What tables call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rnn => "RNN",
            Self::Gru => "GRU",
            Self::Lstm => "LSTM",
        }
    }

    /// A layer of this kind from `inputs` numbers a step to `units`, begun as its own `new` says.
    pub fn layer(self, inputs: usize, units: usize, rng: &mut Generator) -> Box<dyn Stateful> {
        match self {
            Self::Rnn => Box::new(Rnn::new(inputs, units, rng)),
            Self::Gru => Box::new(Gru::new(inputs, units, rng)),
            Self::Lstm => Box::new(Lstm::new(inputs, units, rng)),
        }
    }
}

// ANCHOR: stateful
/// A layer over sequences whose state can be taken in and handed out, whatever its cell.
pub trait Stateful: Layer<f32> {
    /// The state that knows nothing, for `n` sequences.
    fn zero_state(&self, n: usize) -> State<f32>;

    /// The outputs N×T×H of sequences N×T×D that begin with this state, and the state at their end;
    /// keeps what [`backward_to`](Self::backward_to) will need.
    fn forward_from(&mut self, x: Tensor<f32>, state: &State<f32>) -> (Tensor<f32>, State<f32>);

    /// The same when nothing is to be learned.
    fn infer_from(&self, x: Tensor<f32>, state: &State<f32>) -> (Tensor<f32>, State<f32>);

    /// From ∂loss/∂outputs, and ∂loss/∂(state at the end), to ∂loss/∂(state at the beginning).
    fn backward_to(&mut self, dy: Tensor<f32>, end: &State<f32>) -> State<f32>;
}
// ANCHOR_END: stateful

impl<C: Cell> Stateful for Recurrent<f32, C> {
    fn zero_state(&self, n: usize) -> State<f32> {
        self.zero_state(n)
    }

    fn forward_from(&mut self, x: Tensor<f32>, state: &State<f32>) -> (Tensor<f32>, State<f32>) {
        self.forward_from(x, state, None)
    }

    fn infer_from(&self, x: Tensor<f32>, state: &State<f32>) -> (Tensor<f32>, State<f32>) {
        self.infer_from(x, state, None)
    }

    fn backward_to(&mut self, dy: Tensor<f32>, end: &State<f32>) -> State<f32> {
        self.backward_to(dy, Some(end)).1
    }
}
