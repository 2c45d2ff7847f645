//! A solution of exercise 8: the three best guesses.

use ndarray::Array1;

/// Up to three pairs of class and probability.
pub fn top_three(probabilities: &Array1<f32>) -> Vec<(usize, f32)> {
    let mut pairs: Vec<_> = probabilities.iter().copied().enumerate().collect();
    pairs.sort_by(|a, b| b.1.total_cmp(&a.1));
    pairs.truncate(3);
    pairs
}
