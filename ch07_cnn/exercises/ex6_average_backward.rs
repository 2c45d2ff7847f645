//! Exercise 6: the way back through average pooling.
//!
//! Wanted: average pooling took the mean of each 2×2 square of an image of even height and width. From
//! ∂L/∂y, H/2×W/2, find ∂L/∂x, H×W. How much does the mean grow if one of its four numbers grows by 1?
//!
//! Judge: cargo test -p ch07_cnn -- --ignored ex6

use ndarray::Array2;

/// ∂L/∂x, twice as high and wide as ∂L/∂y.
pub fn average_backward(dy: &Array2<f64>) -> Array2<f64> {
    todo!("every pixel belongs to one square: to which?")
}
