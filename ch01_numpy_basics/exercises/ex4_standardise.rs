//! Exercise 4: bring every column to mean 0 and standard deviation 1.
//!
//! Wanted: from each number of a column the column's mean is taken away, and the rest divided by the
//! column's standard deviation (of the whole population: NumPy's `ddof=0`). A column whose numbers
//! are all equal has the deviation 0 and becomes all zeros, not NaN. Take the array by value and
//! answer in its memory.
//!
//! Judge: cargo test -p ch01_numpy_basics -- --ignored ex4

use ndarray::{Array2, Axis};

/// N×D to N×D, each column with mean 0 and standard deviation 1 (or all zeros).
pub fn standardise(mut x: Array2<f64>) -> Array2<f64> {
    todo!("mean and deviation of each column, of D numbers each; then broadcasting")
}
