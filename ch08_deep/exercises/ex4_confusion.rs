//! Exercise 4: which digits are taken for which?
//!
//! Wanted: a table of 10×10 counts, one row for each label and one column for each answer. Right
//! answers stand on the diagonal, so all counts beside it together are the errors.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex4

use ndarray::Array2;

/// How often each label got each answer.
pub fn confusion(labels: &[u8], answers: &[u8]) -> Array2<usize> {
    todo!("begin with `Array2::zeros((10, 10))`")
}
