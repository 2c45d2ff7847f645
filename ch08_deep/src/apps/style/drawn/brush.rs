//! Brush strokes along swirls: a night in blue and yellow.

use common::random::{Generator, Rng};
use image::RgbImage;

use super::{Board, Color, lit, mix};

const BLUES: [Color; 6] = [
    [0.05, 0.11, 0.33],
    [0.10, 0.24, 0.55],
    [0.22, 0.43, 0.74],
    [0.45, 0.66, 0.86],
    [0.07, 0.33, 0.45],
    [0.03, 0.06, 0.20],
];
const YELLOWS: [Color; 3] = [[0.97, 0.84, 0.34], [1.0, 0.94, 0.66], [0.91, 0.62, 0.20]];
/// Strokes on the whole picture, the straight pieces of each, and how long it is.
const STROKES: usize = 5200;
const PIECES: usize = 8;
const LENGTH: f32 = 0.11;

/// A star: place, radius, and which way the sky turns around it.
struct Swirl {
    at: (f32, f32),
    radius: f32,
    turn: f32,
}

/// Where the brush goes at a place: along, and around each star.
fn flow(swirls: &[Swirl], (x, y): (f32, f32)) -> (f32, f32) {
    let mut along = (1.0, 0.35 * (7.0 * x).sin());
    for swirl in swirls {
        let (dx, dy) = (x - swirl.at.0, y - swirl.at.1);
        let near = 3.0 * (-(dx * dx + dy * dy) / (3.0 * swirl.radius * swirl.radius)).exp();
        along.0 -= swirl.turn * near * dy / swirl.radius;
        along.1 += swirl.turn * near * dx / swirl.radius;
    }
    let length = along.0.hypot(along.1).max(1e-6);
    (along.0 / length, along.1 / length)
}

pub(super) fn draw(side: usize, rng: &mut Generator) -> RgbImage {
    let swirls: Vec<Swirl> = (0..7)
        .map(|_| Swirl {
            at: (rng.random_range(0.0..1.0), rng.random_range(0.0..1.0)),
            radius: rng.random_range(0.07..0.17),
            turn: if rng.random() { 1.0 } else { -1.0 },
        })
        .collect();
    let mut board = Board::new(side, BLUES[0]);
    for _ in 0..STROKES {
        let mut at = (rng.random_range(-0.05..1.05), rng.random_range(-0.05..1.05));
        let star = swirls
            .iter()
            .map(|swirl| (at.0 - swirl.at.0).hypot(at.1 - swirl.at.1) / swirl.radius)
            .fold(f32::INFINITY, f32::min);
        let is_star = star < 0.5 + rng.random_range(-0.2..0.2);
        let color = match is_star {
            true => YELLOWS[rng.random_range(0..YELLOWS.len())],
            false => BLUES[rng.random_range(0..BLUES.len())],
        };
        let color = lit(color, rng.random_range(0.85..1.15));
        // Bristles that carry more paint than others.
        let bristles: [f32; 9] = std::array::from_fn(|_| rng.random_range(0.78..1.2));
        let shade = |across: f32| {
            let bristle = bristles[((across + 1.0) * 4.49) as usize];
            mix(lit(color, bristle), lit(color, 0.7), across.abs().powi(6))
        };
        let width = rng.random_range(0.010..0.020);
        for _ in 0..PIECES {
            let along = flow(&swirls, at);
            let step = LENGTH / PIECES as f32;
            let next = (at.0 + along.0 * step, at.1 + along.1 * step);
            board.line([at, next], width, shade);
            at = next;
        }
    }
    board.finish()
}
