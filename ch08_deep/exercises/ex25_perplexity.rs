//! Exercise 25: bits per character, and perplexity.
//!
//! A language model gave each character of a text a probability before it came. Wanted: how many bits a character
//! cost on average (the mean of −log₂ p), and the perplexity: among how many equally likely characters one would
//! hesitate as much.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex25

/// (bits per character, perplexity); at least one probability.
pub fn cost(probabilities: &[f64]) -> (f64, f64) {
    todo!("one of n equally likely characters costs log₂ n bits")
}
