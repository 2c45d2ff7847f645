//! A solution of exercise 5: the way back through batch normalisation.

use ndarray::{Array1, Array2, Axis};

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
    let n = dy.nrows() as f64;
    let dbeta = dy.sum_axis(Axis(0));
    let dgamma = (dy * x_hat).sum_axis(Axis(0));
    let dx = (dy - &(&dbeta / n) - x_hat * &(&dgamma / n)) * &(gamma / sigma);
    Gradients { dx, dgamma, dbeta }
}
