//! Exercise 5: the way back through batch normalisation.
//!
//! Wanted: for y = γ·x̂ + β with x̂ = (x − μ)/σ, where μ and σ are those of the batch, and given x̂
//! (N×D), σ (D), γ (D) and ∂L/∂y (N×D), return ∂L/∂x, ∂L/∂γ and ∂L/∂β. The page has the formula;
//! the difficulty is that every x of a column moves μ and σ, and with them all others.
//!
//! Judge: cargo test -p ch06_techniques -- --ignored ex5

use ndarray::{Array1, Array2};

/// What `backward` finds.
pub struct Gradients {
    /// ∂L/∂x, N×D.
    pub dx: Array2<f64>,
    /// ∂L/∂γ, of length D.
    pub dgamma: Array1<f64>,
    /// ∂L/∂β, of length D.
    pub dbeta: Array1<f64>,
}

/// From ∂L/∂y to the gradients of everything that y was made of.
pub fn batch_norm_backward(
    x_hat: &Array2<f64>,
    sigma: &Array1<f64>,
    gamma: &Array1<f64>,
    dy: &Array2<f64>,
) -> Gradients {
    todo!("dbeta and dgamma are sums over the batch; dx is made of both")
}
