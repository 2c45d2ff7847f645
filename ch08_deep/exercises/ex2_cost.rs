//! Exercise 2: what does a convolution cost?
//!
//! Wanted: for images of `image` = (C, H, W) and `filters` filters of `window`×`window`, stride 1,
//! padded by `pad` on all sides: how many numbers are learned (weights and biases), and how many
//! multiplications one image takes.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex2

/// (Parameters, multiplications) of a convolution whose window fits the image.
pub fn cost(
    image: (usize, usize, usize),
    filters: usize,
    window: usize,
    pad: usize,
) -> (usize, usize) {
    todo!("every weight is used once at every place")
}
