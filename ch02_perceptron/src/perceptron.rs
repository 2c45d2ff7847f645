//! The perceptron: a weighted sum, a bias and a threshold.

use common::number::short;

// ANCHOR: perceptron
/// Weighs N inputs, adds a bias, and answers 1 if the sum is above zero, else
/// 0: the threshold unit of McCulloch and Pitts (1943) with the weights of
/// Rosenblatt (1958).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Perceptron<const N: usize> {
    /// How much each input counts for an answer of 1 or, if negative, against.
    pub weights: [f64; N],
    /// How easily it answers 1: the sum when all inputs are 0.
    pub bias: f64,
}

impl<const N: usize> Perceptron<N> {
    /// w₁x₁ + … + w_N x_N + b.
    pub fn score(&self, x: [f64; N]) -> f64 {
        let sum: f64 = self.weights.iter().zip(x).map(|(w, x)| w * x).sum();
        sum + self.bias
    }

    /// The answer, 0 or 1: a number, so that another perceptron can weigh it.
    pub fn output(&self, x: [f64; N]) -> f64 {
        step(self.score(x))
    }
}

/// 1 above zero, 0 at zero and below.
pub fn step(score: f64) -> f64 {
    if score > 0.0 { 1.0 } else { 0.0 }
}
// ANCHOR_END: perceptron

impl Perceptron<2> {
    /// The score as a formula, such as `0.5·x1 + 0.5·x2 - 0.7`.
    pub fn formula(&self) -> String {
        let [w1, w2] = self.weights;
        let sign = |x: f64| if x < 0.0 { '-' } else { '+' };
        let (w1, s2, s, w2, b) =
            (short(w1), sign(w2), sign(self.bias), short(w2.abs()), short(self.bias.abs()));
        format!("{w1}·x1 {s2} {w2}·x2 {s} {b}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_above_zero_is_no_answer() {
        assert_eq!([-1.0, -0.0, 0.0, 1e-300].map(step), [0.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn every_input_has_its_own_weight() {
        let perceptron = Perceptron { weights: [1.0, -2.0, 4.0], bias: 0.5 };
        assert_eq!(perceptron.score([1.0, 1.0, 0.0]), -0.5);
        assert_eq!(perceptron.score([0.0, 0.0, 1.0]), 4.5);
        assert_eq!(perceptron.output([1.0, 1.0, 0.0]), 0.0);
    }

    #[test]
    fn a_formula_shows_signs_once() {
        let perceptron = Perceptron { weights: [-0.5, -0.5], bias: 0.7 };
        assert_eq!(perceptron.formula(), "-0.5·x1 - 0.5·x2 + 0.7");
    }
}
