//! A solution of exercise 6: who is taken for whom.

use ndarray::Array2;

/// 10×10 counts, a row for each label and a column for each answer.
pub fn confusion(labels: &[u8], answers: &[u8]) -> Array2<usize> {
    let mut counts = Array2::zeros((10, 10));
    for (&label, &answer) in labels.iter().zip(answers) {
        counts[[usize::from(label), usize::from(answer)]] += 1;
    }
    counts
}

/// The share of answers that are right.
pub fn accuracy(confusion: &Array2<usize>) -> f64 {
    confusion.diag().sum() as f64 / confusion.sum() as f64
}

/// The mistake that was made most often: which digit was read as which.
pub fn worst(confusion: &Array2<usize>) -> Option<(usize, usize)> {
    let mut worst = (0, None);
    for (pair, &count) in confusion.indexed_iter() {
        if pair.0 != pair.1 && count > worst.0 {
            worst = (count, Some(pair));
        }
    }
    worst.1
}
