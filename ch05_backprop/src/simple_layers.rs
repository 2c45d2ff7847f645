//! The two smallest layers: a product and a sum of two numbers.

// ANCHOR: mul
/// z = x·y.
#[derive(Default)]
pub struct Mul {
    x: f64,
    y: f64,
}

impl Mul {
    /// The product. Remembers both factors: each is the other's slope.
    pub fn forward(&mut self, x: f64, y: f64) -> f64 {
        (self.x, self.y) = (x, y);
        x * y
    }

    /// From ∂L/∂z to (∂L/∂x, ∂L/∂y).
    pub fn backward(&self, dz: f64) -> (f64, f64) {
        (dz * self.y, dz * self.x)
    }
}
// ANCHOR_END: mul

// ANCHOR: add
/// z = x + y.
#[derive(Default)]
pub struct Add;

impl Add {
    /// The sum. There is nothing to remember: both slopes are 1.
    pub fn forward(&self, x: f64, y: f64) -> f64 {
        x + y
    }

    /// From ∂L/∂z to (∂L/∂x, ∂L/∂y).
    pub fn backward(&self, dz: f64) -> (f64, f64) {
        (dz, dz)
    }
}
// ANCHOR_END: add
