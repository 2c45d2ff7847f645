//! The gradient: the slope in every direction of the axes at once, by trying.

use ndarray::Array1;
use rayon::prelude::*;

use crate::numerical_diff::H;

// ANCHOR: partial
/// ∂f/∂xᵢ by the central difference: only xᵢ moves. `x` comes back as it was.
pub fn partial(f: impl Fn(&Array1<f64>) -> f64, x: &mut Array1<f64>, i: usize) -> f64 {
    let original = x[i];
    x[i] = original + H;
    let above = f(x);
    x[i] = original - H;
    let below = f(x);
    x[i] = original;
    (above - below) / (2.0 * H)
}
// ANCHOR_END: partial

// ANCHOR: gradient
/// ∇f, all partial derivatives in one vector of the length of `x`: two calls of f for each.
pub fn gradient(f: impl Fn(&Array1<f64>) -> f64, x: &Array1<f64>) -> Array1<f64> {
    let mut x = x.clone();
    (0..x.len()).map(|i| partial(&f, &mut x, i)).collect()
}
// ANCHOR_END: gradient

// ANCHOR: parallel
/// The same with all threads at work, each nudging a copy of `x` of its own.
///
/// Every slope is computed by one thread and lands in its own place, so that the result is the
/// same, bit for bit, for any number of threads.
pub fn gradient_parallel(f: impl Fn(&Array1<f64>) -> f64 + Sync, x: &Array1<f64>) -> Array1<f64> {
    partials_parallel(f, x, x.len())
}
// ANCHOR_END: parallel

/// The first `count` of all partial derivatives.
pub fn partials_parallel(
    f: impl Fn(&Array1<f64>) -> f64 + Sync,
    x: &Array1<f64>,
    count: usize,
) -> Array1<f64> {
    let slopes = (0..count).into_par_iter().map_init(|| x.clone(), |x, i| partial(&f, x, i));
    slopes.collect::<Vec<_>>().into()
}
