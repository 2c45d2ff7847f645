//! A solution of exercise 42: shares that are not equal.

use std::ops::Range;

/// The images of `rank` among `ranks`, of a batch of `images`.
pub fn share(images: usize, rank: usize, ranks: usize) -> Range<usize> {
    images * rank / ranks..images * (rank + 1) / ranks
}

/// The mean gradient over all images: each rank has sent how many it had, and their mean.
pub fn mean(ranks: &[(usize, Vec<f64>)]) -> Vec<f64> {
    let images: usize = ranks.iter().map(|(count, _)| count).sum();
    let mut mean = vec![0.0; ranks[0].1.len()];
    for (count, gradient) in ranks.iter().filter(|(count, _)| *count > 0) {
        let weight = *count as f64 / images as f64;
        mean.iter_mut().zip(gradient).for_each(|(mean, g)| *mean += weight * g);
    }
    mean
}
