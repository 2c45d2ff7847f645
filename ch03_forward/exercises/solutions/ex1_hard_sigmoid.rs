//! A solution of exercise 1: a sigmoid without exp.

use ndarray::Array1;

/// 0.2·x + 0.5, kept between 0 and 1.
pub fn hard_sigmoid(x: &Array1<f64>) -> Array1<f64> {
    x.mapv(|x| (0.2 * x + 0.5).clamp(0.0, 1.0))
}
