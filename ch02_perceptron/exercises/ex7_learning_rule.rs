//! Exercise 7: the learning rule in its shortest form.
//!
//! Here an example is a vector x of any length and a label t that is 1.0 or −1.0, and there is no
//! bias: whoever wants one gives every x a last number that is always 1. The rule is then one line:
//! if t·(w·x) is not above zero, add t·x to w. Wanted: begin with zeros, go over the examples in
//! order until an epoch passes without a correction, and give the weights; `None` if that has not
//! happened after `epochs` of them.
//!
//! Judge: cargo test -p ch02_perceptron -- --ignored ex7

/// An input and its label, 1.0 or −1.0.
pub type Example = (Vec<f64>, f64);

/// Weights w with t·(w·x) > 0 for every example, if the rule finds them in time.
pub fn learn(examples: &[Example], epochs: usize) -> Option<Vec<f64>> {
    todo!("correct until nothing is left to correct")
}
