//! Exercise 26: the Gram matrix and its gradient.
//!
//! Wanted: from maps F with C rows, one for each channel, and P columns, one for each place, the Gram
//! matrix G = F·Fᵀ/P, which is C×C; and the gradient of
//!
//!     L = Σᵢⱼ (G[i, j] − A[i, j])²
//!
//! with respect to the maps, C×P. A is symmetric, as every Gram matrix is.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex26

use ndarray::Array2;

/// G, C×C, from maps C×P.
pub fn gram(maps: &Array2<f64>) -> Array2<f64> {
    todo!("the products of every two rows, each averaged over all places")
}

/// ∂L/∂maps, C×P, from maps C×P and the wanted matrix A, C×C.
pub fn gradient(maps: &Array2<f64>, wanted: &Array2<f64>) -> Array2<f64> {
    todo!("F[k, p] is in row k of G and in column k")
}
