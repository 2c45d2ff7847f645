//! Exercise 42: shares that are not equal.
//!
//! A batch of 10 images on 4 ranks: somebody has three. Every rank knows the mean gradient of its own images. Wanted:
//! who gets which images, so that no rank has two more than another and every image is there once, in order; and the
//! mean gradient of the whole batch.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex42

use std::ops::Range;

/// The images of `rank` among `ranks`, of a batch of `images`.
pub fn share(images: usize, rank: usize, ranks: usize) -> Range<usize> {
    todo!("where does this rank's share begin, and where does the next one's?")
}

/// The mean gradient over all images: each rank has sent how many it had, and their mean.
pub fn mean(ranks: &[(usize, Vec<f64>)]) -> Vec<f64> {
    todo!("the mean of the means is right for equal shares only; a rank may even have no image")
}
