//! Learning to read on: after each character, which one is next?

use common::Tensor;
use common::activation::log_sum_exp;
use common::layer::Layer;
use common::layers::{SequenceSoftmaxWithLoss, State};
use common::model;
use common::optimizer::clip_by_norm;
use common::train::{Evaluation, Fault, TrainStep, forward_fault};
use ndarray::{Array2, Array3, Axis};

use super::symbol_model::SymbolModel;

/// Into how many parts a text is cut that is judged after an epoch, to be read side by side.
const SIDE_BY_SIDE: usize = 32;
/// Characters that are read at once where nothing is learned.
const AT_ONCE: usize = 100;
/// What the windows of an epoch are moved by from those of the one before: has no divisor in common
/// with windows of a usual length.
const MOVED: usize = 37;

/// Learning from windows of a text.
pub struct Reading<'a> {
    /// What is learned from.
    text: &'a [usize],
    /// What it is judged by.
    held_out: &'a [usize],
    /// Characters of a window.
    window: usize,
    /// Characters before it that are read for nothing but the state.
    burn_in: usize,
    /// Gradients that are longer together are shortened to this.
    clip: f32,
    /// Where this epoch's first window begins.
    offset: usize,
    criterion: SequenceSoftmaxWithLoss<f32>,
    /// How long all gradients were together, step by step, before they were clipped.
    pub norms: Vec<f32>,
}

impl<'a> Reading<'a> {
    /// Learning from windows of so many characters, each with `burn_in` before it, judged by what is
    /// held out.
    pub fn new(
        (text, held_out): (&'a [usize], &'a [usize]),
        (window, burn_in): (usize, usize),
        clip: f32,
    ) -> Self {
        let criterion = SequenceSoftmaxWithLoss::default();
        Self { text, held_out, window, burn_in, clip, offset: 0, criterion, norms: Vec::new() }
    }

    /// How many characters there are to read before the windows of these numbers, N×B, and from each
    /// window's first to the one behind its last, N×(T + 1).
    fn windows(&self, indices: &[usize]) -> (Array2<usize>, Array2<usize>) {
        let first = |i: usize| self.offset + indices[i] * self.window;
        let (n, burn_in) = (indices.len(), self.burn_in);
        let before = Array2::from_shape_fn((n, burn_in), |(i, t)| self.text[first(i) + t]);
        let within = |(i, t)| self.text[first(i) + burn_in + t];
        (before, Array2::from_shape_fn((n, self.window + 1), within))
    }

    fn state_before(&self, model: &SymbolModel, before: &Array2<usize>) -> State<f32> {
        let zeros = model.recurrent.zero_state(before.nrows());
        match self.burn_in {
            0 => zeros,
            _ => model.recurrent.infer_from(model.embedding.infer(numbers(before)), &zeros).1,
        }
    }
}

impl TrainStep<f32, SymbolModel> for Reading<'_> {
    fn examples(&self) -> usize {
        // Moved windows must fit too, and behind each stands the character that is its last answer.
        let room = self.text.len().saturating_sub(self.burn_in + self.window + 1);
        room / self.window
    }

    /// No window comes twice as it was, and a training that is resumed gets those that it would have got.
    fn begin_epoch(&mut self, epoch: usize) {
        self.offset = epoch * MOVED % self.window;
    }

    // ANCHOR: step
    fn forward_backward(&mut self, model: &mut SymbolModel, indices: &[usize]) -> f32 {
        let (before, window) = self.windows(indices);
        let state = self.state_before(model, &before);
        let x = window.slice(ndarray::s![.., ..-1]).to_owned();
        let next = window.slice(ndarray::s![.., 1..]);
        let (scores, _) = model.forward_from(numbers(&x), &state);
        let all = Array2::from_elem(next.dim(), true);
        let loss = self.criterion.forward(scores, next, all.view());
        model.backward_params(self.criterion.backward());
        self.norms.push(clip_by_norm(&mut model::params(model), self.clip));
        loss
    }
    // ANCHOR_END: step

    fn evaluate(&mut self, model: &mut SymbolModel) -> Evaluation {
        // As much of what is learned as is held out.
        let seen = &self.text[..self.held_out.len().min(self.text.len())];
        Evaluation {
            train: bits(model, seen, SIDE_BY_SIDE),
            test: bits(model, self.held_out, SIDE_BY_SIDE),
        }
    }

    fn measure(&self) -> &'static str {
        "bits per character"
    }

    fn fault(&mut self, model: &mut SymbolModel, indices: &[usize]) -> Option<Fault> {
        let (_, window) = self.windows(indices);
        forward_fault(model, numbers(&window))
    }
}

/// Symbols as the numbers that an embedding reads.
fn numbers(symbols: &Array2<usize>) -> Tensor<f32> {
    symbols.mapv(|symbol| symbol as f32).into_dyn()
}

// ANCHOR: bits
/// Bits per symbol of a text that is read from its beginning to its end, the state carried along; or of
/// several parts of it, side by side. The first symbol of each is left aside.
pub fn bits(model: &SymbolModel, text: &[usize], parts: usize) -> f64 {
    let length = text.len() / parts.clamp(1, (text.len() / 2).max(1));
    let parts = text.len() / length.max(1);
    let part = Array2::from_shape_fn((parts, length), |(i, t)| text[i * length + t]);
    let mut state = model.recurrent.zero_state(parts);
    let (mut nats, mut count) = (0.0, 0);
    for first in (0..length.saturating_sub(1)).step_by(AT_ONCE) {
        let last = (first + AT_ONCE).min(length - 1);
        let x = part.slice(ndarray::s![.., first..last]).to_owned();
        let (scores, end) = model.infer_from(numbers(&x), &state);
        let scores: Array3<f32> = scores.into_dimensionality().expect("N×T×V");
        let next = part.slice(ndarray::s![.., first + 1..=last]);
        for (scores, &next) in scores.lanes(Axis(2)).into_iter().zip(next) {
            nats += f64::from(log_sum_exp(scores) - scores[next]);
            count += 1;
        }
        state = end;
    }
    nats / f64::from(count.max(1)) / std::f64::consts::LN_2
}
// ANCHOR_END: bits
