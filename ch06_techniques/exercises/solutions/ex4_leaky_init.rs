//! A solution of exercise 4: initial weights for leaky ReLU.

/// The standard deviation of the weights of a layer with `inputs` inputs and leaky ReLU of this
/// slope.
pub fn leaky_std(inputs: usize, slope: f64) -> f64 {
    // Half of the squares stay, the other half is multiplied by slope².
    (2.0 / ((1.0 + slope * slope) * inputs as f64)).sqrt()
}
