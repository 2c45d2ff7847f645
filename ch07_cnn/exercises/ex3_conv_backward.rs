//! Exercise 3: the way back through a convolution.
//!
//! Wanted: y is the convolution of x, H×W, with w, KH×KW (no padding, stride 1: exercise 2). From ∂L/∂y
//! find ∂L/∂w and ∂L/∂x. Walk through all products x·w that the forward pass made; each of them gives
//! something to w and something to x.
//!
//! Judge: cargo test -p ch07_cnn -- --ignored ex3

use ndarray::Array2;

/// (∂L/∂w, ∂L/∂x), of the shapes of w and x.
pub fn convolve_backward(
    x: &Array2<f64>,
    w: &Array2<f64>,
    dy: &Array2<f64>,
) -> (Array2<f64>, Array2<f64>) {
    todo!("y[row, column] has the term x[row + i, column + j] · w[i, j]")
}
