//! A solution of exercise 26: the Gram matrix and its gradient.

use ndarray::Array2;

/// G, C×C, from maps C×P.
pub fn gram(maps: &Array2<f64>) -> Array2<f64> {
    maps.dot(&maps.t()) / maps.ncols() as f64
}

/// ∂L/∂maps, C×P, from maps C×P and the wanted matrix A, C×C.
pub fn gradient(maps: &Array2<f64>, wanted: &Array2<f64>) -> Array2<f64> {
    (gram(maps) - wanted).dot(maps) * (4.0 / maps.ncols() as f64)
}
