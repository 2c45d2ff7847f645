//! A solution of exercise 6: draw a frame into a picture, in place.

use ndarray::{ArrayViewMut2, Axis};

/// Sets a border of `width` pixels in an H×W picture to 255.
pub fn frame(mut picture: ArrayViewMut2<u8>, width: usize) {
    for axis in [Axis(0), Axis(1)] {
        let length = picture.len_of(axis);
        let width = width.min(length);
        picture.slice_axis_mut(axis, (..width).into()).fill(255);
        picture.slice_axis_mut(axis, (length - width..).into()).fill(255);
    }
}
