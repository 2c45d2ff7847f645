//! A solution of exercise 7: weights in a quarter of the room.

use ndarray::Array2;

/// Whole numbers from −127 to 127 and the scale that turns them back.
pub fn quantize(w: &Array2<f32>) -> (Array2<i8>, f32) {
    let largest = w.fold(0.0_f32, |largest, w| largest.max(w.abs()));
    let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
    (w.mapv(|w| (w / scale).round() as i8), scale)
}

/// About what `quantize` was given.
pub fn restore(bytes: &Array2<i8>, scale: f32) -> Array2<f32> {
    bytes.mapv(|byte| f32::from(byte) * scale)
}
