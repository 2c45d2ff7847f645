//! The gradient: the slope in every direction of the axes at once, by trying.

use ndarray::Array1;
use rayon::prelude::*;

use crate::numerical_diff::H;

/// A place: everything that f depends on, in one row.
pub type Vector = Array1<f64>;

// ANCHOR: partial
/// ∂f/∂xᵢ by the central difference: only xᵢ moves. `x` comes back as it was.
pub fn partial(f: impl Fn(&Vector) -> f64, x: &mut Vector, i: usize) -> f64 {
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
/// ∇f, all partial derivatives in one vector, as long as `x`: two calls of f
/// for each.
pub fn gradient(f: impl Fn(&Vector) -> f64, x: &Vector) -> Vector {
    let mut x = x.clone();
    (0..x.len()).map(|i| partial(&f, &mut x, i)).collect()
}
// ANCHOR_END: gradient

// ANCHOR: parallel
/// The gradient with all threads at work, each nudging a copy of `x` of its own.
///
/// Every slope is computed by one thread and lands in its own place, so that
/// the result is the same, bit for bit, for any number of threads.
pub fn gradient_parallel<F>(f: F, x: &Vector) -> Vector
where
    F: Fn(&Vector) -> f64 + Sync,
{
    first_partials(f, x, x.len())
}

/// The first `count` of all partial derivatives.
pub fn first_partials<F>(f: F, x: &Vector, count: usize) -> Vector
where
    F: Fn(&Vector) -> f64 + Sync,
{
    let numbers = (0..count).into_par_iter();
    let slopes = numbers.map_init(|| x.clone(), |x, i| partial(&f, x, i));
    slopes.collect::<Vec<_>>().into()
}
// ANCHOR_END: parallel
