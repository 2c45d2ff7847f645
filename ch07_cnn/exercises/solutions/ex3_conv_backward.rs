//! A solution of exercise 3: the way back through a convolution.

use ndarray::Array2;

/// (∂L/∂w, ∂L/∂x), of the shapes of w and x.
pub fn convolve_backward(
    x: &Array2<f64>,
    w: &Array2<f64>,
    dy: &Array2<f64>,
) -> (Array2<f64>, Array2<f64>) {
    let (mut dw, mut dx) = (Array2::zeros(w.raw_dim()), Array2::zeros(x.raw_dim()));
    for ((row, column), &dy) in dy.indexed_iter() {
        for ((i, j), &w) in w.indexed_iter() {
            dw[[i, j]] += dy * x[[row + i, column + j]];
            dx[[row + i, column + j]] += dy * w;
        }
    }
    (dw, dx)
}
