//! A solution of exercise 25: bits per character, and perplexity.

/// (bits per character, perplexity); at least one probability.
pub fn cost(probabilities: &[f64]) -> (f64, f64) {
    let bits = -probabilities.iter().map(|p| p.log2()).sum::<f64>() / probabilities.len() as f64;
    (bits, bits.exp2())
}
