//! What an agent is given to play with.

use common::Tensor;
use common::random::Generator;
use ndarray::Array2;

// ANCHOR: environment
/// A game. Its start is drawn at random; after that, everything follows from the actions.
pub trait Environment: Send + Sync {
    /// What the player can do, by name.
    fn actions(&self) -> &'static [&'static str];

    /// Begins anew.
    fn reset(&mut self, rng: &mut Generator);

    /// One step of time, with the action of this number.
    fn step(&mut self, action: usize) -> Outcome;

    /// What the player sees, without the axis of the batch.
    fn observe(&self) -> Tensor<f32>;

    /// After so many steps an episode is cut off, although the game would go on.
    fn time_limit(&self) -> usize;

    /// What somebody sees who watches: kinds of things, by their place in [`frames::KINDS`](super::frames::KINDS).
    fn frame(&self) -> Array2<u8>;
}

/// What came of an action.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// The points.
    pub reward: f32,
    /// Whether the game is over, and no points will ever follow. (That time is up is another matter.)
    pub terminal: bool,
}
// ANCHOR_END: environment
