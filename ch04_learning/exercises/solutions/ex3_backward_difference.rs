//! A solution of exercise 3: the slope from behind.

/// (f(x) − f(x−h)) / h. Its mean with the forward difference is the central one.
pub fn backward_difference(f: impl Fn(f64) -> f64, x: f64, h: f64) -> f64 {
    (f(x) - f(x - h)) / h
}
