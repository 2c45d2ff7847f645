//! A task that needs nothing but a memory: say the first symbol of a sequence at its end.

use common::Tensor;
use common::layer::Layer;
use common::layers::SequenceSoftmaxWithLoss;
use common::model;
use common::optimizer::clip_by_norm;
use common::random::{Rng, generator};
use common::train::{Evaluation, TrainStep};
use ndarray::{Array2, ArrayView2, Axis};

use super::symbol_model::SymbolModel;

/// How many different symbols there are.
pub const SYMBOLS: usize = 10;
/// Sequences that memories are judged by, always the same ones.
const JUDGED: usize = 1000;
/// The seed of these.
const HELD_OUT: u64 = 999;

// ANCHOR: sequences
/// `n` random sequences of 1 + `length` symbols: the first is to be said after the last.
pub fn sequences(n: usize, length: usize, seed: u64) -> Array2<usize> {
    let rng = &mut generator(seed);
    Array2::from_shape_simple_fn((n, 1 + length), || rng.random_range(0..SYMBOLS))
}
// ANCHOR_END: sequences

/// Learning to remember, from sequences that are drawn anew in every epoch.
pub struct Remembering {
    /// How many symbols follow the one to be remembered.
    length: usize,
    /// Gradients that are longer together are shortened to this.
    clip: Option<f32>,
    seed: u64,
    drawn: Array2<usize>,
    held_out: Array2<usize>,
    criterion: SequenceSoftmaxWithLoss<f32>,
    /// How long all gradients were together, step by step, before they were clipped.
    pub norms: Vec<f32>,
}

impl Remembering {
    /// The first of 1 + `length` symbols is to be remembered; an epoch has `count` sequences.
    pub fn new((count, length): (usize, usize), clip: Option<f32>, seed: u64) -> Self {
        let drawn = Array2::zeros((count, 1 + length));
        let held_out = sequences(JUDGED, length, HELD_OUT);
        let (criterion, norms) = (SequenceSoftmaxWithLoss::default(), Vec::new());
        Self { length, clip, seed, drawn, held_out, criterion, norms }
    }
}

impl TrainStep<f32, SymbolModel> for Remembering {
    fn examples(&self) -> usize {
        self.drawn.nrows()
    }

    fn begin_epoch(&mut self, epoch: usize) {
        let seed = self.seed.wrapping_mul(1_000_003).wrapping_add(epoch as u64);
        self.drawn = sequences(self.drawn.nrows(), self.length, seed);
    }

    // ANCHOR: step
    fn forward_backward(&mut self, model: &mut SymbolModel, indices: &[usize]) -> f32 {
        let sequences = self.drawn.select(Axis(0), indices);
        let (answers, counts) = first_at_the_end(sequences.view());
        let scores = model.forward(numbers(sequences.view()));
        let loss = self.criterion.forward(scores, answers.view(), counts.view());
        model.backward_params(self.criterion.backward());
        let most = self.clip.unwrap_or(f32::INFINITY);
        self.norms.push(clip_by_norm(&mut model::params(model), most));
        loss
    }
    // ANCHOR_END: step

    fn evaluate(&mut self, model: &mut SymbolModel) -> Evaluation {
        let of = |sequences: ArrayView2<'_, usize>| share_remembered(model, sequences);
        Evaluation { train: of(self.drawn.view()), test: of(self.held_out.view()) }
    }
}

/// The answer at each step, and whether anybody asks: only after the last.
pub fn first_at_the_end(sequences: ArrayView2<'_, usize>) -> (Array2<usize>, Array2<bool>) {
    let last = sequences.ncols() - 1;
    let answers = Array2::from_shape_fn(sequences.dim(), |(i, _)| sequences[[i, 0]]);
    (answers, Array2::from_shape_fn(sequences.dim(), |(_, t)| t == last))
}

/// Symbols as the numbers that an embedding reads.
pub fn numbers(symbols: ArrayView2<'_, usize>) -> Tensor<f32> {
    symbols.mapv(|symbol| symbol as f32).into_dyn()
}

/// Which share of the sequences' first symbols the model says at their end.
pub fn share_remembered(model: &SymbolModel, sequences: ArrayView2<'_, usize>) -> f64 {
    let last = sequences.ncols() - 1;
    let scores = model.infer(numbers(sequences));
    let right = |(scores, first): (ndarray::ArrayViewD<'_, f32>, &usize)| {
        let best = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        best.is_some_and(|(symbol, _)| symbol == *first)
    };
    let last = scores.index_axis(Axis(1), last);
    let count = last.outer_iter().zip(sequences.column(0)).filter(|pair| right(pair.clone()));
    count.count() as f64 / sequences.nrows() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_answer_is_the_first_and_is_asked_for_at_the_end() {
        let (answers, counts) = first_at_the_end(array![[7, 1, 2], [3, 3, 0]].view());
        assert_eq!(answers.column(2), array![7, 3]);
        assert_eq!(counts, array![[false, false, true], [false, false, true]]);
    }

    #[test]
    fn sequences_are_those_of_their_seed() {
        let some = sequences(50, 4, 1);
        assert_eq!(some.dim(), (50, 5));
        assert_eq!(some, sequences(50, 4, 1));
        assert_ne!(some, sequences(50, 4, 2));
        assert!((0..SYMBOLS).all(|symbol| some.iter().any(|&s| s == symbol)));
    }
}
