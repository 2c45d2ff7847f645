//! A solution of exercise 3: the way back through ReLU.

use ndarray::Array2;
use ndarray::Zip;

/// From ∂L/∂y to ∂L/∂x, where y = max(0, x).
pub fn relu_backward(x: &Array2<f64>, mut dy: Array2<f64>) -> Array2<f64> {
    Zip::from(&mut dy).and(x).for_each(|dy, &x| {
        if x <= 0.0 {
            *dy = 0.0;
        }
    });
    dy
}
