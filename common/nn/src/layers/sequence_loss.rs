//! The loss of sequences: softmax and cross entropy at every step that has an answer.

use std::iter::zip;

use ndarray::{Array2, ArrayView2};

use super::batch::in_order;
use crate::activation::{log_sum_exp, softmax};
use crate::layer::kept;
use crate::{Float, Tensor};

// ANCHOR: sequence_loss
/// Softmax and cross entropy at every step: logits N×T×V, N×T numbers of words, and a mask N×T that
/// is false where a sequence is over already.
#[derive(Default)]
pub struct SequenceSoftmaxWithLoss<F> {
    /// Probabilities N·T×V, words and mask.
    kept: Option<(Array2<F>, Array2<usize>, Array2<bool>)>,
}

impl<F: Float> SequenceSoftmaxWithLoss<F> {
    /// The mean loss of all steps where the mask is true; 0 if there are none.
    ///
    /// # Panics
    /// If there are not as many words or entries of the mask as steps, or a word that counts is none of
    /// the vocabulary.
    pub fn forward(
        &mut self,
        logits: Tensor<F>,
        words: ArrayView2<'_, usize>,
        mask: ArrayView2<'_, bool>,
    ) -> F {
        let [n, steps, vocabulary] = *logits.shape() else {
            panic!("SequenceSoftmaxWithLoss: expected logits N×T×V, got {:?}", logits.shape());
        };
        assert!(
            words.dim() == (n, steps) && mask.dim() == (n, steps),
            "SequenceSoftmaxWithLoss: {n}×{steps} steps, words of shape {:?}, a mask of shape {:?}",
            words.dim(),
            mask.dim()
        );
        let logits = in_order(logits)
            .into_shape_with_order((n * steps, vocabulary))
            .expect("as many numbers as before");
        let losses = zip(logits.rows(), zip(words, mask)).filter(|(_, (_, counts))| **counts);
        let losses = losses.map(|(row, (&word, _))| {
            assert!(word < vocabulary, "SequenceSoftmaxWithLoss: word {word} of {vocabulary}");
            log_sum_exp(row) - row[word]
        });
        let loss: F = losses.sum();
        self.kept = Some((softmax(logits), words.to_owned(), mask.to_owned()));
        loss / F::of(counted(mask))
    }

    /// ∂loss/∂logits = (y − t)/M where the mask is true, M times in all, and 0 elsewhere; t is 1 for the
    /// right word and 0 for the others.
    ///
    /// # Panics
    /// If `forward` has not run since the last `backward`.
    pub fn backward(&mut self) -> Tensor<F> {
        let (mut y, words, mask) = kept("SequenceSoftmaxWithLoss", self.kept.take());
        let (share, vocabulary) = (F::one() / F::of(counted(mask.view())), y.ncols());
        for (mut row, (&word, &counts)) in zip(y.rows_mut(), zip(&words, &mask)) {
            if counts {
                row[word] -= F::one();
                row.mapv_inplace(|y| y * share);
            } else {
                row.fill(F::zero());
            }
        }
        let (n, steps) = words.dim();
        y.into_shape_with_order(vec![n, steps, vocabulary]).expect("as many numbers as before")
    }
}
// ANCHOR_END: sequence_loss

/// How many steps count; 1 if none does, to divide by.
fn counted(mask: ArrayView2<'_, bool>) -> f64 {
    mask.iter().filter(|&&counts| counts).count().max(1) as f64
}
