//! Exercise 29: the Fréchet distance of two clouds.
//!
//! Wanted: of each cloud of points in the plane, the mean and the variance of either coordinate (divide by the
//! number of points less one), and from these, for clouds whose coordinates vary independently, the squared
//! Fréchet distance. Without covariances the formula with its matrix roots falls apart into one term for each
//! coordinate: (m₁ − m₂)² + (σ₁ − σ₂)².
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex29

/// The mean and the standard deviation of these numbers.
pub fn mean_and_deviation(numbers: &[f64]) -> (f64, f64) {
    todo!("two passes: the mean first, then the squared distances from it")
}

/// The squared Fréchet distance of two clouds with independent coordinates; each point is [x, y].
pub fn frechet(a: &[[f64; 2]], b: &[[f64; 2]]) -> f64 {
    todo!("`a.iter().map(|point| point[0]).collect::<Vec<_>>()` has the first coordinates")
}
