//! A solution of exercise 3: how many numbers are learned.

/// How many numbers W1, b1, W2, b2, … hold together.
pub fn parameters(sizes: &[usize]) -> usize {
    sizes.windows(2).map(|pair| pair[0] * pair[1] + pair[1]).sum()
}
