//! Exercise 1: a node that subtracts.
//!
//! Wanted: `forward` computes z = x − y, and `backward` turns ∂L/∂z into (∂L/∂x, ∂L/∂y).
//! `Add` and `Mul` in `src/simple_layers.rs` show the shape of an answer.
//!
//! Judge: cargo test -p ch05_backprop -- --ignored ex1

/// z = x − y.
#[derive(Default)]
pub struct Subtract;

impl Subtract {
    /// The difference.
    pub fn forward(&self, x: f64, y: f64) -> f64 {
        todo!("the difference of x and y")
    }

    /// From ∂L/∂z to (∂L/∂x, ∂L/∂y).
    pub fn backward(&self, dz: f64) -> (f64, f64) {
        todo!("how much L changes with x, and how much with y")
    }
}
