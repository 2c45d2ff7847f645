//! A pole on a cart, to be held upright by pushing the cart left and right.

use common::Tensor;
use common::random::{Generator, Rng};
use ndarray::{Array1, Array2};

use super::environment::{Environment, Outcome};
use super::frames::{BALL, PADDLE, TRAIL, WALL};

/// Metres per second squared.
const GRAVITY: f64 = 9.8;
/// Kilograms.
const CART: f64 = 1.0;
const POLE: f64 = 0.1;
/// Half of the pole's length, in metres: from the hinge to its centre of mass.
const HALF_LENGTH: f64 = 0.5;
/// Newtons.
const FORCE: f64 = 10.0;
/// Seconds.
const STEP: f64 = 0.02;
/// The cart must not leave the track, metres from its middle, nor the pole lean further than this, radians.
pub const TRACK: f64 = 2.4;
const LEAN: f64 = 12.0 * std::f64::consts::PI / 180.0;
/// Speeds, of either kind, that are rarely exceeded.
const FAST: f64 = 2.0;
/// The four numbers of a start lie within this of 0.
const START: f64 = 0.05;

/// The cart-pole of Barto, Sutton and Anderson (1983), with the constants that are usual since. A step is worth
/// a point, and the episode ends when the pole falls or the cart leaves its track.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CartPole {
    /// Where the cart is, in metres from the middle of the track, and its speed.
    pub position: f64,
    /// Metres per second.
    pub velocity: f64,
    /// How far the pole leans to the right, in radians.
    pub angle: f64,
    /// Radians per second.
    pub angular_velocity: f64,
}

impl Environment for CartPole {
    fn actions(&self) -> &'static [&'static str] {
        &["left", "right"]
    }

    fn reset(&mut self, rng: &mut Generator) {
        let mut near_zero = || rng.random_range(-START..START);
        self.position = near_zero();
        self.velocity = near_zero();
        self.angle = near_zero();
        self.angular_velocity = near_zero();
    }

    // ANCHOR: physics
    fn step(&mut self, action: usize) -> Outcome {
        let force = if action == 1 { FORCE } else { -FORCE };
        let (sin, cos) = self.angle.sin_cos();
        let mass = CART + POLE;
        // What the cart would feel if the pole did not turn.
        let push = (force + POLE * HALF_LENGTH * self.angular_velocity.powi(2) * sin) / mass;
        let inertia = HALF_LENGTH * (4.0 / 3.0 - POLE * cos.powi(2) / mass);
        let angular_acceleration = (GRAVITY * sin - cos * push) / inertia;
        let acceleration = push - POLE * HALF_LENGTH * angular_acceleration * cos / mass;

        self.position += STEP * self.velocity;
        self.velocity += STEP * acceleration;
        self.angle += STEP * self.angular_velocity;
        self.angular_velocity += STEP * angular_acceleration;
        let terminal = self.position.abs() > TRACK || self.angle.abs() > LEAN;
        Outcome { reward: 1.0, terminal }
    }
    // ANCHOR_END: physics

    /// Each number by what it can grow to, so that a small angle counts as much as a large distance.
    fn observe(&self) -> Tensor<f32> {
        let numbers = [
            self.position / TRACK,
            self.velocity / FAST,
            self.angle / LEAN,
            self.angular_velocity / FAST,
        ];
        Array1::from_iter(numbers.map(|x| x as f32)).into_dyn()
    }

    fn time_limit(&self) -> usize {
        500
    }

    fn frame(&self) -> Array2<u8> {
        const ROWS: usize = 14;
        const COLUMNS: usize = 40;
        // Cells for a metre; the track fills the width.
        let cells = COLUMNS as f64 / (2.0 * TRACK);
        let column =
            |metres: f64| ((metres + TRACK) * cells).clamp(0.0, COLUMNS as f64 - 1.0) as usize;
        let mut frame = Array2::zeros((ROWS, COLUMNS));
        frame.row_mut(ROWS - 1).fill(WALL);
        let hinge = ROWS - 3;
        for i in 0..=20 {
            let along = f64::from(i) / 20.0 * 2.0 * HALF_LENGTH;
            let up = (along * self.angle.cos() * cells) as usize;
            let at = (hinge.saturating_sub(up), column(self.position + along * self.angle.sin()));
            frame[at] = if i == 20 { BALL } else { TRAIL };
        }
        let cart = column(self.position - 0.24)..=column(self.position + 0.24);
        cart.for_each(|x| frame[[ROWS - 2, x]] = PADDLE);
        frame
    }
}
