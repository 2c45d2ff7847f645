//! Gradient clipping: one wild batch must not undo what a hundred have learned.

use crate::Float;
use crate::layer::Param;

// ANCHOR: clip
/// Shortens all gradients by one factor if they are longer together than `most`, and returns how long they
/// were: the square root of the sum of all squares (Pascanu, Mikolov and Bengio, 2013).
///
/// The direction stays. A length that is not finite stays too: there is no telling what it should be.
pub fn clip_by_norm<F: Float>(params: &mut [Param<'_, F>], most: F) -> F {
    let squares = params.iter().map(|p| p.grad.iter().map(|g| g.as_f64().powi(2)).sum::<f64>());
    let norm = F::of(squares.sum::<f64>().sqrt());
    if norm > most && norm.is_finite() {
        params.iter_mut().for_each(|p| p.grad.mapv_inplace(|g| g * (most / norm)));
    }
    norm
}
// ANCHOR_END: clip
