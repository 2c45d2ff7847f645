//! A solution of exercise 4: bring every column to mean 0 and standard deviation 1.

use ndarray::{Array2, Axis};

/// N×D to N×D, each column with mean 0 and standard deviation 1 (or all zeros).
pub fn standardise(mut x: Array2<f64>) -> Array2<f64> {
    let Some(mean) = x.mean_axis(Axis(0)) else { return x }; // no rows, nothing to do
    x -= &mean;
    let deviation = x.std_axis(Axis(0), 0.0).mapv(|d| if d > 0.0 { d } else { 1.0 });
    x /= &deviation;
    x
}
