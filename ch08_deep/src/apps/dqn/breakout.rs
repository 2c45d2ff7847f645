//! A ball, a paddle and a wall of bricks: Breakout on ten by ten pixels.

use common::Tensor;
use common::random::{Generator, Rng};
use ndarray::{Array2, Array3};

use super::environment::{Environment, Outcome};
use super::frames::{BALL, BRICK, PADDLE, TRAIL};

const SIZE: usize = 10;
/// The rows of the wall.
const WALL: std::ops::Range<usize> = 1..4;
const PADDLE_WIDTH: usize = 2;

/// Breakout in the manner of MinAtar (Young and Tian, 2019), with rules of our own: the ball moves a pixel along
/// both axes in each step. A brick that it meets is gone, which is worth a point, and the ball turns back. When
/// the whole wall is gone, a new one stands there. Who lets the ball pass has lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Breakout {
    bricks: Array2<bool>,
    /// Row and column.
    ball: (usize, usize),
    before: (usize, usize),
    /// Rows and columns in a step.
    velocity: (isize, isize),
    /// The left end of the paddle, in the lowest row.
    paddle: usize,
}

impl Default for Breakout {
    fn default() -> Self {
        Self { bricks: wall(), ball: (4, 0), before: (4, 0), velocity: (1, 1), paddle: 4 }
    }
}

/// A wall without a gap.
fn wall() -> Array2<bool> {
    Array2::from_elem((WALL.len(), SIZE), true)
}

impl Breakout {
    fn brick(&mut self, row: usize, column: usize) -> Option<&mut bool> {
        WALL.contains(&row).then(|| &mut self.bricks[[row - WALL.start, column]])
    }

    fn is_on_paddle(&self, column: usize) -> bool {
        (self.paddle..self.paddle + PADDLE_WIDTH).contains(&column)
    }
}

impl Environment for Breakout {
    fn actions(&self) -> &'static [&'static str] {
        &["left", "stay", "right"]
    }

    fn reset(&mut self, rng: &mut Generator) {
        let right = rng.random::<bool>();
        let column = rng.random_range(0..SIZE);
        *self = Self {
            ball: (WALL.end, column),
            before: (WALL.end, column),
            velocity: (1, if right { 1 } else { -1 }),
            ..Self::default()
        };
    }

    // ANCHOR: step
    fn step(&mut self, action: usize) -> Outcome {
        self.paddle = (self.paddle + action).saturating_sub(1).min(SIZE - PADDLE_WIDTH);
        let (row, column) = self.ball;
        let leaves = |x: usize, v: isize| x.checked_add_signed(v).is_none_or(|x| x >= SIZE);
        if leaves(column, self.velocity.1) {
            self.velocity.1 = -self.velocity.1;
        }
        if leaves(row, self.velocity.0) {
            self.velocity.0 = 1; // at the ceiling; below, the paddle decides
        }
        let mut to = (
            row.saturating_add_signed(self.velocity.0),
            column.saturating_add_signed(self.velocity.1),
        );
        let mut outcome = Outcome { reward: 0.0, terminal: false };
        if let Some(brick) = self.brick(to.0, to.1).filter(|brick| **brick) {
            *brick = false;
            outcome.reward = 1.0;
            self.velocity.0 = -self.velocity.0;
            to.0 = row;
        } else if to.0 == SIZE - 1 {
            if self.is_on_paddle(to.1) || self.is_on_paddle(column) {
                self.velocity.0 = -1;
                to.0 = row;
            } else {
                outcome.terminal = true;
            }
        }
        (self.before, self.ball) = (self.ball, to);
        if !self.bricks.iter().any(|&there| there) {
            self.bricks = wall();
        }
        outcome
    }
    // ANCHOR_END: step

    // ANCHOR: observe
    /// Four planes: the ball, the ball a step ago, the paddle, the bricks.
    fn observe(&self) -> Tensor<f32> {
        let mut planes = Array3::zeros((4, SIZE, SIZE));
        planes[[0, self.ball.0, self.ball.1]] = 1.0;
        planes[[1, self.before.0, self.before.1]] = 1.0;
        (0..PADDLE_WIDTH).for_each(|x| planes[[2, SIZE - 1, self.paddle + x]] = 1.0);
        for ((row, column), &there) in self.bricks.indexed_iter() {
            planes[[3, WALL.start + row, column]] = f32::from(u8::from(there));
        }
        planes.into_dyn()
    }
    // ANCHOR_END: observe

    fn time_limit(&self) -> usize {
        500
    }

    fn frame(&self) -> Array2<u8> {
        let mut frame = Array2::zeros((SIZE, SIZE));
        for ((row, column), _) in self.bricks.indexed_iter().filter(|(_, there)| **there) {
            frame[[WALL.start + row, column]] = BRICK;
        }
        (0..PADDLE_WIDTH).for_each(|x| frame[[SIZE - 1, self.paddle + x]] = PADDLE);
        frame[self.before] = TRAIL;
        frame[self.ball] = BALL;
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAY: usize = 1;

    /// A game whose ball is at this place and flies this way.
    fn game(ball: (usize, usize), velocity: (isize, isize)) -> Breakout {
        Breakout { ball, before: ball, velocity, ..Breakout::default() }
    }

    #[test]
    fn a_brick_is_worth_a_point_and_sends_the_ball_back() {
        let mut game = game((4, 3), (-1, 1));
        assert_eq!(game.step(STAY), Outcome { reward: 1.0, terminal: false });
        assert!(!game.bricks[[2, 4]], "the lowest row's brick at column 4 is gone");
        assert_eq!((game.ball, game.velocity), ((4, 4), (1, 1)), "along the wall, and down");
        assert_eq!(game.step(STAY).reward, 0.0);
        assert_eq!(game.ball, (5, 5));
    }

    #[test]
    fn walls_and_the_ceiling_turn_it() {
        let mut at_side = game((6, 9), (1, 1));
        at_side.step(STAY);
        assert_eq!((at_side.ball, at_side.velocity), ((7, 8), (1, -1)));
        let mut above = game((0, 5), (-1, -1));
        above.bricks.fill(false);
        above.bricks[[2, 0]] = true;
        above.step(STAY);
        assert_eq!((above.ball, above.velocity), ((1, 4), (1, -1)));
    }

    #[test]
    fn the_paddle_sends_it_back_or_the_game_is_over() {
        let mut met = game((8, 3), (1, 1));
        assert!(!met.step(STAY).terminal, "the paddle is at 4 and 5");
        assert_eq!((met.ball, met.velocity), ((8, 4), (-1, 1)));
        let mut missed = game((8, 7), (1, 1));
        assert!(missed.step(STAY).terminal);
        let mut just_moved = game((8, 2), (1, 1));
        assert!(!just_moved.step(0).terminal, "one step to the left, and it is there");
    }

    #[test]
    fn behind_a_wall_comes_another() {
        let mut game = game((4, 3), (-1, 1));
        game.bricks.fill(false);
        game.bricks[[2, 4]] = true;
        assert_eq!(game.step(STAY).reward, 1.0);
        assert!(game.bricks.iter().all(|&there| there));
    }
}
