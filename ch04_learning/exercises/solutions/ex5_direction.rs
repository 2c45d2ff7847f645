//! A solution of exercise 5: the slope in a direction of your own.

use ndarray::Array1;

/// The derivative of f at `x` along `direction`.
pub fn directional_derivative(
    f: impl Fn(&Array1<f64>) -> f64,
    x: &Array1<f64>,
    direction: &Array1<f64>,
) -> f64 {
    let h = 1e-4;
    let step = h * direction / direction.dot(direction).sqrt();
    (f(&(x + &step)) - f(&(x - &step))) / (2.0 * h)
}
