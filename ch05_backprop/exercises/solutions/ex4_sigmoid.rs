//! A solution of exercise 4: the way back through the sigmoid function, from its output alone.

use ndarray::Array2;

/// From ∂L/∂y to ∂L/∂x, where y = 1 / (1 + e⁻ˣ).
pub fn sigmoid_backward(y: &Array2<f64>, dy: &Array2<f64>) -> Array2<f64> {
    dy * y * (1.0 - y)
}
