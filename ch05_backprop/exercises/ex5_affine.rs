//! Exercise 5: the three gradients of an affine layer.
//!
//! Wanted: for y = x·W + b, with x N×I, W I×O and b of length O, and given ∂L/∂y (N×O), return
//! ∂L/∂x, ∂L/∂W and ∂L/∂b. Write down the shape of each first: there is only one way to multiply
//! what you have that gives it.
//!
//! Judge: cargo test -p ch05_backprop -- --ignored ex5

use ndarray::{Array1, Array2};

/// What `backward` finds.
pub struct Gradients {
    /// ∂L/∂x, N×I.
    pub dx: Array2<f64>,
    /// ∂L/∂W, I×O.
    pub dw: Array2<f64>,
    /// ∂L/∂b, of length O: every row of the batch used the same b.
    pub db: Array1<f64>,
}

/// From ∂L/∂y to the gradients of everything that y was made of.
pub fn affine_backward(x: &Array2<f64>, w: &Array2<f64>, dy: &Array2<f64>) -> Gradients {
    todo!("three gradients; `.t()` transposes, `.dot(&other)` multiplies")
}
