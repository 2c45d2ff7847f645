//! Exercise 1: how often does a window fit?
//!
//! Wanted: for an image of `image` pixels along one side, a window of `window`, a stride and a padding
//! on both sides, the number of places the window has; `None` if it has none, or cannot move. A remainder is
//! cut off.
//!
//! Judge: cargo test -p ch07_cnn -- --ignored ex1

/// Places of a window along one side of an image.
pub fn places(image: usize, window: usize, stride: usize, pad: usize) -> Option<usize> {
    todo!("⌊(H + 2P − K) / S⌋ + 1, without subtracting below zero")
}
