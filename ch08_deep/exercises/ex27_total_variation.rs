//! Exercise 27: total variation and its gradient.
//!
//! Wanted: for an image x with H rows and W columns the sum of the squares of all differences between
//! neighbours,
//!
//!     T = Σ (x[i+1, j] − x[i, j])² + Σ (x[i, j+1] − x[i, j])²
//!
//! (each sum over the pairs that there are), and its gradient with respect to x, H×W.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex27

use ndarray::Array2;

/// T and ∂T/∂x, H×W, of an image H×W.
pub fn total_variation(image: &Array2<f64>) -> (f64, Array2<f64>) {
    todo!("every pair pulls its two pixels together, both equally hard")
}
