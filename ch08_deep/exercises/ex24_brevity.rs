//! Exercise 24: BLEU's brevity penalty.
//!
//! Whoever says only what is safe, "a red", has a high precision. So BLEU multiplies it by 1 where the answers
//! together are at least as long as the references together, and else by exp(1 − r/c): c and r count
//! the words of all answers and of all references. Answers without any word get 0.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex24

/// The penalty for the answers of a whole test set, each with its reference.
pub fn brevity_penalty(pairs: &[(&str, &str)]) -> f64 {
    todo!("`sentence.split_whitespace().count()` counts words")
}
