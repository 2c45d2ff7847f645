//! A solution of exercise 22: the loss of a sentence that is shorter than the others.

use common::activation::softmax;
use ndarray::Array2;

/// The loss, and its gradient, T×V.
pub fn masked_loss(logits: &Array2<f64>, words: &[usize], mask: &[bool]) -> (f64, Array2<f64>) {
    let y = softmax(logits.clone());
    let steps: Vec<usize> = (0..mask.len()).filter(|&t| mask[t]).collect();
    let mut gradient = Array2::zeros(logits.raw_dim());
    let mut loss = 0.0;
    for &t in &steps {
        let share = 1.0 / steps.len() as f64;
        loss -= share * y[[t, words[t]]].ln();
        gradient.row_mut(t).assign(&(&y.row(t) * share));
        gradient[[t, words[t]]] -= share;
    }
    (loss, gradient)
}
