//! What the network's answers should have been, as far as it can tell.

use common::metrics::classes;
use common::model::{self, Model};
use common::{Float, Tensor};
use ndarray::{Axis, Zip};

// ANCHOR: targets
/// y = r + γ·v, where v is what the next state is worth; y = r if the game was over.
pub fn targets(rewards: &[f32], terminals: &[bool], next_values: &[f32], gamma: f32) -> Vec<f32> {
    let steps = rewards.iter().zip(terminals).zip(next_values);
    steps.map(|((&r, &terminal), &v)| if terminal { r } else { r + gamma * v }).collect()
}

/// DQN: a state is worth its best action's value, by the target network. `target` is N×actions.
pub fn best_values(target: &Tensor<f32>) -> Vec<f32> {
    target.axis_iter(Axis(0)).map(|q| q.iter().copied().fold(f32::NEG_INFINITY, f32::max)).collect()
}

/// Double DQN: the network that learns says which action is best, the target network what it is worth
/// (van Hasselt, Guez and Silver, 2016). Both are N×actions.
pub fn double_values(network: &Tensor<f32>, target: &Tensor<f32>) -> Vec<f32> {
    let best = classes(network);
    best.iter().enumerate().map(|(n, &action)| target[[n, usize::from(action)]]).collect()
}
// ANCHOR_END: targets

// ANCHOR: follow
/// Moves every weight of the target network by a share τ of the way to the network that learns: all the way
/// with τ = 1, as Mnih and others did now and then; a little in every step as Lillicrap and others (2016).
pub fn follow<F: Float>(target: &mut impl Model<F>, network: &mut impl Model<F>, tau: F) {
    for (mut to, from) in model::params(target).into_iter().zip(model::params(network)) {
        Zip::from(&mut to.value).and(&from.value).for_each(|to, &from| *to += tau * (from - *to));
    }
}
// ANCHOR_END: follow
