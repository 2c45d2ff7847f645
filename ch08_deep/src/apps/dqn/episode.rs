//! One episode after another, and what becomes of them.

use common::network::Network;
use common::random::{Generator, generator};
use ndarray::Array2;

use super::agent::Agent;
use super::environment::{Environment, Outcome};
use super::exploration::epsilon_greedy;

/// A game that is being played.
pub struct Episode {
    /// The game itself.
    pub game: Box<dyn Environment>,
    /// The generator from which its start was drawn.
    pub start: Generator,
    /// All actions so far. With `start` they say all about where the game stands.
    pub actions: Vec<u8>,
    /// All points so far.
    pub points: f64,
}

impl Episode {
    /// A new episode of `game`.
    pub fn begin(game: Box<dyn Environment>, rng: &mut Generator) -> Self {
        let mut episode = Self { game, start: rng.clone(), actions: Vec::new(), points: 0.0 };
        episode.again(rng);
        episode
    }

    /// Begins anew.
    pub fn again(&mut self, rng: &mut Generator) {
        self.start = rng.clone();
        self.game.reset(rng);
        self.actions.clear();
        self.points = 0.0;
    }

    // ANCHOR: step
    /// One action; what came of it, and whether the episode ends here: because the game is over, or because time
    /// is up.
    pub fn step(&mut self, action: usize) -> (Outcome, bool) {
        let outcome = self.game.step(action);
        self.actions.push(action as u8);
        self.points += f64::from(outcome.reward);
        (outcome, outcome.terminal || self.actions.len() >= self.game.time_limit())
    }
    // ANCHOR_END: step

    /// One action of a player who does what `network` says but for a share `epsilon`; whether the episode ends.
    fn play(&mut self, network: &Network<f32>, epsilon: f64, rng: &mut Generator) -> bool {
        let values = || Agent::values(network, self.game.observe());
        let action = epsilon_greedy(self.game.actions().len(), values, epsilon, rng);
        self.step(action).1
    }

    /// Where a game stands that began there and went on with these actions; `None` if one of them is none of the
    /// game's, or the game was over before.
    pub fn replayed(game: Box<dyn Environment>, start: Generator, actions: &[u8]) -> Option<Self> {
        let mut episode = Self::begin(game, &mut start.clone());
        for &action in actions {
            let known = usize::from(action) < episode.game.actions().len();
            if !known || episode.step(action.into()).1 {
                return None;
            }
        }
        Some(episode)
    }
}

/// The points of so many fresh episodes, played by `network` but for a share `epsilon` of random actions.
pub fn judge(
    network: &Network<f32>,
    game: Box<dyn Environment>,
    (episodes, epsilon): (usize, f64),
    seed: u64,
) -> Vec<f64> {
    let rng = &mut generator(seed);
    let mut episode = Episode::begin(game, rng);
    let mut play = |_| {
        episode.again(rng);
        while !episode.play(network, epsilon, rng) {}
        episode.points
    };
    (0..episodes).map(&mut play).collect()
}

/// All frames of an episode that `network` plays but for a share `epsilon` of random actions, the start first, and
/// its points.
pub fn filmed(
    network: &Network<f32>,
    game: Box<dyn Environment>,
    epsilon: f64,
    rng: &mut Generator,
) -> (Vec<Array2<u8>>, f64) {
    let mut episode = Episode::begin(game, rng);
    let mut frames = vec![episode.game.frame()];
    let mut ended = false;
    while !ended {
        ended = episode.play(network, epsilon, rng);
        frames.push(episode.game.frame());
    }
    (frames, episode.points)
}

/// The mean of some numbers; 0 if there are none.
pub fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len().max(1) as f64
}
