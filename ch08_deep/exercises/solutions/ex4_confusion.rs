//! A solution of exercise 4: which digits are taken for which?

use ndarray::Array2;

/// How often each label got each answer.
pub fn confusion(labels: &[u8], answers: &[u8]) -> Array2<usize> {
    let mut counts = Array2::zeros((10, 10));
    for (&label, &answer) in labels.iter().zip(answers) {
        counts[[usize::from(label), usize::from(answer)]] += 1;
    }
    counts
}
