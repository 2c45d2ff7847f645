//! A solution of exercise 1: a node that subtracts.

/// z = x − y.
#[derive(Default)]
pub struct Subtract;

impl Subtract {
    /// The difference.
    pub fn forward(&self, x: f64, y: f64) -> f64 {
        x - y
    }

    /// From ∂L/∂z to (∂L/∂x, ∂L/∂y).
    pub fn backward(&self, dz: f64) -> (f64, f64) {
        (dz, -dz)
    }
}
