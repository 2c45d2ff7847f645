//! Trying out or doing what seems best?

use common::random::{Generator, Rng};

// ANCHOR: greedy
/// The action that promises most; of several, the first.
pub fn greedy(values: &[f32]) -> usize {
    let best =
        |best: usize, action: usize| if values[action] > values[best] { action } else { best };
    (0..values.len()).reduce(best).expect("a game has actions")
}

/// ε-greedy: any of the actions with probability ε, the best one otherwise. `values` is only asked if it matters.
pub fn epsilon_greedy(
    actions: usize,
    values: impl FnOnce() -> Vec<f32>,
    epsilon: f64,
    rng: &mut Generator,
) -> usize {
    match rng.random::<f64>() < epsilon {
        true => rng.random_range(0..actions),
        false => greedy(&values()),
    }
}

/// ε after `step` steps: from 1 in a straight line to `last` at step `steps`, and `last` from there on.
pub fn epsilon(step: usize, steps: usize, last: f64) -> f64 {
    let share = (step as f64 / steps as f64).min(1.0);
    1.0 + share * (last - 1.0)
}
// ANCHOR_END: greedy
