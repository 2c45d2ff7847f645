//! Rosenblatt's rule: change the weights only after a mistake, and only those that took part in it.

use std::collections::HashMap;

use crate::perceptron::Perceptron;

/// An input and the answer that is wanted, 0 or 1.
pub type Example<const N: usize> = ([f64; N], f64);

// ANCHOR: rule
/// Corrects the perceptron if it answers `x` wrongly, and says whether it did.
///
/// Rosenblatt (1958); in this form, with one error t − y for weights and bias, it is the one that
/// all textbooks have.
pub fn correct<const N: usize>(p: &mut Perceptron<N>, (x, t): Example<N>, rate: f64) -> bool {
    let error = t - p.output(x); // 1: it should have fired; −1: it should not have
    for (w, x) in p.weights.iter_mut().zip(x) {
        *w += rate * error * x;
    }
    p.bias += rate * error;
    error != 0.0
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
/// Goes over the examples, always in the same order, until an epoch passes without a mistake; gives
/// up after `epochs` of them.
pub fn learn<const N: usize>(
    start: Perceptron<N>,
    examples: &[Example<N>],
    rate: f64,
    epochs: usize,
) -> Vec<Epoch<N>> {
    let mut p = start;
    let mut history = Vec::new();
    while history.len() < epochs {
        let mistakes = examples.iter().filter(|&&example| correct(&mut p, example, rate)).count();
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

/// The same weights at the end of two epochs, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// When they were there first.
    pub first: usize,
    /// When they came back.
    pub again: usize,
}

// ANCHOR: cycle
/// The first weights that come back, bit for bit, without the rule having settled.
///
/// An epoch depends on nothing but the weights it begins with, so what came back once comes back
/// for ever: a cycle is a proof that the rule will never settle.
pub fn cycle<const N: usize>(history: &[Epoch<N>]) -> Option<Cycle> {
    let mut seen = HashMap::new();
    for (epoch, now) in (1..).zip(history).filter(|(_, now)| now.mistakes > 0) {
        let bits = (now.after.weights.map(f64::to_bits), now.after.bias.to_bits());
        if let Some(first) = seen.insert(bits, epoch) {
            return Some(Cycle { first, again: epoch });
        }
    }
    None
}
// ANCHOR_END: cycle

// ANCHOR: bound
/// The most corrections that the rule can need from zero weights, if `known` answers every example
/// rightly and leaves none on its line: (R/γ)².
///
/// A. B. J. Novikoff, "On convergence proofs on perceptrons", Symposium on the Mathematical Theory
/// of Automata 12 (1962), 615–622. The bias is the weight of one more input that is always 1.
pub fn bound<const N: usize>(known: &Perceptron<N>, examples: &[Example<N>]) -> f64 {
    let squares = |v: &[f64; N]| v.iter().map(|v| v * v).sum::<f64>();
    let radius2 = examples.iter().map(|(x, _)| squares(x) + 1.0).fold(0.0, f64::max);
    let nearest = examples.iter().map(|&(x, _)| known.score(x).abs()).fold(f64::INFINITY, f64::min);
    let margin2 = nearest * nearest / (squares(&known.weights) + known.bias * known.bias);
    radius2 / margin2
}
// ANCHOR_END: bound
