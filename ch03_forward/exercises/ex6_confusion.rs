//! Exercise 6: who is taken for whom.
//!
//! Wanted: the confusion matrix of N answers: in row i and column j, how many images of the digit i
//! were read as j. From that matrix alone, the accuracy, and the pair (digit, answer) of the most
//! frequent mistake (the first such pair in the order of rows, if several are equally frequent;
//! `None` if there was no mistake).
//!
//! Judge: cargo test -p ch03_forward -- --ignored ex6

use ndarray::Array2;

/// 10×10 counts, a row for each label and a column for each answer.
pub fn confusion(labels: &[u8], answers: &[u8]) -> Array2<usize> {
    todo!("count every pair of label and answer")
}

/// The share of answers that are right.
pub fn accuracy(confusion: &Array2<usize>) -> f64 {
    todo!("what lies on the diagonal, of all")
}

/// The mistake that was made most often: which digit was read as which.
pub fn worst(confusion: &Array2<usize>) -> Option<(usize, usize)> {
    todo!("the largest count beside the diagonal; `indexed_iter` goes through all")
}
