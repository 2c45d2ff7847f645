//! Exercise 7: weights in a quarter of the room.
//!
//! Wanted: a matrix of `f32` stored as one byte a number. `quantize` picks a scale s so that the
//! number farthest from zero becomes 127 or −127, and rounds w / s to the nearest whole number;
//! `restore` multiplies again. No number may be off by more than s / 2, and a matrix of zeros
//! must survive. Telephones run networks this way: the judge reads digits with weights that have gone
//! through your bytes, and expects nearly the same answers.
//!
//! Judge: cargo test -p ch03_forward -- --ignored ex7

use ndarray::Array2;

/// Whole numbers from −127 to 127 and the scale that turns them back.
pub fn quantize(w: &Array2<f32>) -> (Array2<i8>, f32) {
    todo!("the scale is the largest magnitude over 127; mind a matrix of zeros")
}

/// About what `quantize` was given.
pub fn restore(bytes: &Array2<i8>, scale: f32) -> Array2<f32> {
    todo!("each byte times the scale")
}
