//! A solution of exercise 43: a sum in pairs.

/// The sum of all numbers; 0 if there are none.
pub fn sum(numbers: &[f32]) -> f32 {
    let mut sums = numbers.to_vec();
    while sums.len() > 1 {
        sums = sums
            .chunks(2)
            .map(|pair| pair.iter().copied().reduce(|a, b| a + b).unwrap_or(0.0))
            .collect();
    }
    sums.first().copied().unwrap_or(0.0)
}
