//! Exercise 4: initial weights for leaky ReLU.
//!
//! He's spread √(2/n) is right for ReLU, which lets half of its inputs through. Leaky ReLU also
//! lets the other half through, times a slope a. Wanted: the standard deviation with which the
//! outputs of a layer of n inputs are, squared and averaged, as large as its inputs.
//!
//! Judge: cargo test -p ch06_techniques -- --ignored ex4

/// The standard deviation of the weights of a layer with `inputs` inputs and leaky ReLU of this
/// slope.
pub fn leaky_std(inputs: usize, slope: f64) -> f64 {
    todo!("what is the mean of f(x)² if x is symmetric around 0 and f is leaky ReLU?")
}
