//! Exercise 3: how many numbers are learned.
//!
//! Wanted: the number of weights and biases of a network whose layers have these sizes, the inputs
//! first: [2, 3, 2, 2] for the three-layer network of this chapter, which has 23. Write down the
//! shapes of W1 and b1 first.
//!
//! Judge: cargo test -p ch03_forward -- --ignored ex3

/// How many numbers W1, b1, W2, b2, … hold together.
pub fn parameters(sizes: &[usize]) -> usize {
    todo!("`sizes.windows(2)` gives each layer's inputs and outputs")
}
