//! A solution of exercise 2: a node for the exponential function.

/// y = eˣ.
#[derive(Default)]
pub struct Exp {
    y: f64,
}

impl Exp {
    /// e to the power of x.
    pub fn forward(&mut self, x: f64) -> f64 {
        self.y = x.exp();
        self.y
    }

    /// From ∂L/∂y to ∂L/∂x.
    pub fn backward(&self, dy: f64) -> f64 {
        dy * self.y
    }
}
