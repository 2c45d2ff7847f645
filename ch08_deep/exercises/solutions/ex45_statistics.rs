//! A solution of exercise 45: the statistics of a whole batch from those of its shares.

/// One share's numbers: how many, their mean, their variance.
pub type Share = (usize, f64, f64);

/// Mean and variance of all numbers together.
pub fn whole(shares: &[Share]) -> (f64, f64) {
    let count: usize = shares.iter().map(|share| share.0).sum();
    let average = |of: &dyn Fn(&Share) -> f64| {
        shares.iter().map(|share| share.0 as f64 * of(share)).sum::<f64>() / count as f64
    };
    let mean = average(&|share| share.1);
    (mean, average(&|share| share.2 + (share.1 - mean).powi(2)))
}
