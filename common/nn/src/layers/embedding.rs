//! Embedding: from the number of a word to a vector that is learned.

use ndarray::{Array2, ArrayD, Axis, IxDyn, Zip};

use crate::init::Init;
use crate::layer::{Layer, Param, check_gradient, kept};
use crate::random::Generator;
use crate::{Float, Tensor};

// ANCHOR: embedding
/// A row of W for each word: what an affine layer would make of a one-hot vector, without the zeros.
///
/// From N×T whole numbers below V to N×T×D. Numbers of a vocabulary have no derivative: what comes back
/// is zeros.
pub struct Embedding<F> {
    /// A vector for each word, V×D.
    pub w: Array2<F>,
    dw: Array2<F>,
    words: Option<ArrayD<usize>>,
}

impl<F: Float> Embedding<F> {
    /// Random vectors of `size` numbers for a vocabulary of `words`.
    pub fn new(words: usize, size: usize, rng: &mut Generator) -> Self {
        Self::from_weights(Init::Gaussian(1.0).weights((words, size), words, size, rng))
    }

    /// Given vectors, V×D.
    pub fn from_weights(w: Array2<F>) -> Self {
        let dw = Array2::zeros(w.raw_dim());
        Self { w, dw, words: None }
    }

    fn words(&self, x: &Tensor<F>) -> ArrayD<usize> {
        let count = self.w.nrows();
        x.mapv(|x| {
            let word = x.as_f64();
            let known = word.fract() == 0.0 && (0.0..count as f64).contains(&word);
            assert!(known, "Embedding: {word} is no word of a vocabulary of {count}");
            word as usize
        })
    }

    fn look_up(&self, words: &ArrayD<usize>) -> Tensor<F> {
        let shape = [words.shape(), &[self.w.ncols()]].concat();
        let mut y = Tensor::zeros(IxDyn(&shape));
        let rows = y.lanes_mut(Axis(words.ndim()));
        Zip::from(rows).and(words).for_each(|mut row, &word| row.assign(&self.w.row(word)));
        y
    }
}

impl<F: Float> Layer<F> for Embedding<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let words = self.words(&x);
        let y = self.look_up(&words);
        self.words = Some(words);
        y
    }

    /// Each vector gets the gradients of all places where its word stands.
    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let words = kept("Embedding", self.words.take());
        check_gradient("Embedding", dy.shape(), &[words.shape(), &[self.w.ncols()]].concat());
        self.dw.fill(F::zero());
        let rows = dy.lanes(Axis(words.ndim()));
        Zip::from(rows).and(&words).for_each(|dy, &word| {
            let mut row = self.dw.row_mut(word);
            row += &dy;
        });
        Tensor::zeros(words.raw_dim())
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        self.look_up(&self.words(&x))
    }

    fn params(&mut self) -> Vec<Param<'_, F>> {
        vec![Param::weight("W", &mut self.w, &mut self.dw)]
    }
}
// ANCHOR_END: embedding
