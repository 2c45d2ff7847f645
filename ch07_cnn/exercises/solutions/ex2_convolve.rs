//! A solution of exercise 2: a convolution.

use ndarray::{Array2, s};

/// The map, (H − KH + 1)×(W − KW + 1).
pub fn convolve(x: &Array2<f64>, w: &Array2<f64>) -> Array2<f64> {
    let ((h, width), (kh, kw)) = (x.dim(), w.dim());
    Array2::from_shape_fn((h - kh + 1, width - kw + 1), |(row, column)| {
        (&x.slice(s![row..row + kh, column..column + kw]) * w).sum()
    })
}
