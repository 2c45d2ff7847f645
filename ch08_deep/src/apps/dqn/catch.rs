//! A ball falls, a paddle catches it: the smallest game that is played from pixels.

use common::Tensor;
use common::random::{Generator, Rng};
use ndarray::{Array2, Array3};

use super::environment::{Environment, Outcome};
use super::frames::{BALL, PADDLE, TRAIL};

/// The ball falls a row in each step, and drifts to the left, to the right, or not at all; at the walls it turns.
/// In the lowest row the paddle, three pixels wide, must be there: 1 point if it is, −1 if it is not.
#[derive(Clone, Debug, PartialEq)]
pub struct Catch {
    size: usize,
    /// The ball's row and column, and the columns it drifts in a step.
    ball: (usize, usize),
    drift: isize,
    /// Where the ball was a step ago: one picture does not show which way it drifts.
    before: (usize, usize),
    /// The middle of the paddle.
    paddle: usize,
}

impl Catch {
    /// A board of `size`×`size` pixels, at least 4.
    pub fn new(size: usize) -> Self {
        Self { size, ball: (0, 0), drift: 0, before: (0, 0), paddle: 1 }
    }
}

impl Environment for Catch {
    fn actions(&self) -> &'static [&'static str] {
        &["left", "stay", "right"]
    }

    fn reset(&mut self, rng: &mut Generator) {
        self.ball = (0, rng.random_range(0..self.size));
        self.before = self.ball;
        self.drift = rng.random_range(-1..=1_i32) as isize;
        self.paddle = rng.random_range(1..self.size - 1);
    }

    // ANCHOR: step
    fn step(&mut self, action: usize) -> Outcome {
        self.paddle = (self.paddle + action).saturating_sub(1).clamp(1, self.size - 2);
        self.before = self.ball;
        let (row, column) = self.ball;
        let at_wall = if self.drift < 0 { column == 0 } else { column + 1 == self.size };
        if at_wall {
            self.drift = -self.drift;
        }
        self.ball = (row + 1, column.saturating_add_signed(self.drift));
        let terminal = self.ball.0 + 1 == self.size;
        let caught = self.ball.1.abs_diff(self.paddle) <= 1;
        let reward = if !terminal {
            0.0
        } else if caught {
            1.0
        } else {
            -1.0
        };
        Outcome { reward, terminal }
    }
    // ANCHOR_END: step

    /// Three planes: the ball, the ball a step ago, the paddle.
    fn observe(&self) -> Tensor<f32> {
        let mut planes = Array3::zeros((3, self.size, self.size));
        planes[[0, self.ball.0, self.ball.1]] = 1.0;
        planes[[1, self.before.0, self.before.1]] = 1.0;
        (self.paddle - 1..=self.paddle + 1).for_each(|x| planes[[2, self.size - 1, x]] = 1.0);
        planes.into_dyn()
    }

    /// The ball is down long before.
    fn time_limit(&self) -> usize {
        self.size
    }

    fn frame(&self) -> Array2<u8> {
        let mut frame = Array2::zeros((self.size, self.size));
        (self.paddle - 1..=self.paddle + 1).for_each(|x| frame[[self.size - 1, x]] = PADDLE);
        frame[self.before] = TRAIL;
        frame[self.ball] = BALL;
        frame
    }
}
