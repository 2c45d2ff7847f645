//! Rosenblatt's rule: change the weights only after a mistake, and only those that took part in it.

use std::collections::HashMap;

use crate::perceptron::Perceptron;

/// An input and the answer that is wanted, 0 or 1.
pub type Example<const N: usize> = ([f64; N], f64);

// ANCHOR: rule
impl<const N: usize> Perceptron<N> {
    /// Corrects the weights if `x` is answered wrongly, and says whether it was.
    ///
    /// Rosenblatt (1958), as textbooks write it: one error for weights and bias.
    pub fn correct(&mut self, (x, t): Example<N>, rate: f64) -> bool {
        // 1: it should have fired; −1: it should not have; 0: it was right.
        let error = t - self.output(x);
        for (w, x) in self.weights.iter_mut().zip(x) {
            *w += rate * error * x;
        }
        self.bias += rate * error;
        error != 0.0
    }
}
// ANCHOR_END: rule

/// One pass over all examples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch<const N: usize> {
    /// How many examples were answered wrongly, each when its turn came.
    pub mistakes: usize,
    /// The perceptron afterwards.
    pub after: Perceptron<N>,
}

// ANCHOR: learn
/// Goes over the examples, always in the same order, until an epoch passes
/// without a mistake; gives up after `epochs` of them.
pub fn learn<const N: usize>(
    start: Perceptron<N>,
    examples: &[Example<N>],
    rate: f64,
    epochs: usize,
) -> Vec<Epoch<N>> {
    let mut p = start;
    let mut history = Vec::new();
    while history.len() < epochs {
        let wrong = examples.iter().filter(|&&example| p.correct(example, rate));
        let mistakes = wrong.count();
        history.push(Epoch { mistakes, after: p });
        if mistakes == 0 {
            break;
        }
    }
    history
}
// ANCHOR_END: learn

/// Whether the last epoch was one without a mistake: nothing would change any more.
pub fn settled<const N: usize>(history: &[Epoch<N>]) -> bool {
    history.last().is_some_and(|epoch| epoch.mistakes == 0)
}

/// The weights were equal at the end of two epochs, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// When they were there first.
    pub first: usize,
    /// When they came back.
    pub again: usize,
}

// ANCHOR: cycle
/// The first weights that come back, bit for bit, before the rule has settled.
///
/// An epoch depends on nothing but the weights it begins with, so what came
/// back once comes back for ever: a cycle proves that the rule never settles.
pub fn cycle<const N: usize>(history: &[Epoch<N>]) -> Option<Cycle> {
    let mut seen = HashMap::new();
    for (epoch, now) in (1..).zip(history).filter(|(_, now)| now.mistakes > 0) {
        let p = now.after;
        let bits = (p.weights.map(f64::to_bits), p.bias.to_bits());
        if let Some(first) = seen.insert(bits, epoch) {
            return Some(Cycle { first, again: epoch });
        }
    }
    None
}
// ANCHOR_END: cycle

// ANCHOR: bound
/// The most corrections that the rule can need from zero weights: (R/γ)², if
/// `known` answers every example of the set rightly, none of them on its line.
///
/// A. B. J. Novikoff, "On convergence proofs on perceptrons", Symposium on the
/// Mathematical Theory of Automata 12 (1962), 615–622. The bias is the weight
/// of one more input that is always 1.
pub fn bound<const N: usize>(known: &Perceptron<N>, set: &[Example<N>]) -> f64 {
    let squares = |v: &[f64; N]| v.iter().map(|v| v * v).sum::<f64>();
    let lengths2 = set.iter().map(|(x, _)| squares(x) + 1.0);
    let radius2 = lengths2.fold(0.0, f64::max);
    let scores = set.iter().map(|&(x, _)| known.score(x).abs());
    let nearest = scores.fold(f64::INFINITY, f64::min);
    let length2 = squares(&known.weights) + known.bias * known.bias;
    radius2 * length2 / (nearest * nearest)
}
// ANCHOR_END: bound
