//! A solution of exercise 5: the three gradients of an affine layer.

use ndarray::{Array1, Array2, Axis};

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
    Gradients { dx: dy.dot(&w.t()), dw: x.t().dot(dy), db: dy.sum_axis(Axis(0)) }
}
