//! The games that there are.

use super::breakout::Breakout;
use super::cartpole::CartPole;
use super::catch::Catch;
use super::environment::Environment;

/// Pixels along a side of Catch.
const CATCH: usize = 10;

/// A game, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Game {
    /// A pole on a cart, seen as four numbers
    Cartpole,
    /// A falling ball, seen as pixels
    Catch,
    /// A wall of bricks, seen as pixels
    Breakout,
}

impl Game {
    /// The game before its first start.
    pub fn new_game(self) -> Box<dyn Environment> {
        match self {
            Self::Cartpole => Box::new(CartPole::default()),
            Self::Catch => Box::new(Catch::new(CATCH)),
            Self::Breakout => Box::new(Breakout::default()),
        }
    }

    /// The shape of what the player sees.
    pub fn shape(self) -> Vec<usize> {
        self.new_game().observe().shape().to_vec()
    }

    /// What files and titles call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cartpole => "cartpole",
            Self::Catch => "catch",
            Self::Breakout => "breakout",
        }
    }
}
