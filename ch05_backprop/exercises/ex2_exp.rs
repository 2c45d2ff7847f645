//! Exercise 2: a node for the exponential function.
//!
//! Wanted: `forward` computes y = eˣ and keeps what `backward` needs; `backward` turns ∂L/∂y into
//! ∂L/∂x. The slope of eˣ is eˣ: is there anything left to compute?
//!
//! Judge: cargo test -p ch05_backprop -- --ignored ex2

/// y = eˣ.
#[derive(Default)]
pub struct Exp {
    // Add what `backward` will need.
}

impl Exp {
    /// e to the power of x.
    pub fn forward(&mut self, x: f64) -> f64 {
        todo!("e to the power of x, and keep what backward needs")
    }

    /// From ∂L/∂y to ∂L/∂x.
    pub fn backward(&self, dy: f64) -> f64 {
        todo!("∂L/∂y times the slope of e^x at the x that forward saw")
    }
}
