//! A mosaic: small stones along arches, in warm colours.

use common::random::{Generator, Rng};
use image::RgbImage;
use ndarray::Array2;

use super::super::noise::Fractal;
use super::{Color, lit, mix, painted, smooth};

/// How wide and high a stone is, in picture heights, and how wide an arch.
const STONE: f32 = 0.030;
const ARCH: f32 = 0.36;
const COLORS: [Color; 7] = [
    [0.62, 0.16, 0.12],
    [0.86, 0.52, 0.20],
    [0.95, 0.85, 0.62],
    [0.20, 0.40, 0.42],
    [0.78, 0.34, 0.20],
    [0.36, 0.60, 0.56],
    [0.98, 0.94, 0.84],
];
/// Stones around a whole circle that is looked up in the table of their colours, and rings.
const AROUND: usize = 64;
const RINGS: usize = 16;

pub(super) fn draw(side: usize, rng: &mut Generator) -> RgbImage {
    let stain = Fractal::new(16, 3, rng);
    let jitter: Array2<f32> =
        Array2::from_shape_simple_fn((AROUND * 8, RINGS), || rng.random_range(0.0..1.0));
    painted((side, side), |x, y| {
        // Arches in rows, every second row half an arch aside; the lowest that reaches here is in front.
        let mut found = None;
        for row in (-1..10).rev() {
            let (base, aside) = (row as f32 * ARCH / 2.0, (row % 2) as f32 * ARCH / 2.0);
            let column = ((x - aside) / ARCH).round();
            let (dx, dy) = (x - aside - column * ARCH, y - base - ARCH / 2.0);
            if dx.hypot(dy) < ARCH / 2.0 && dy < 0.25 * ARCH {
                found = Some((dx, dy, row, column));
                break;
            }
        }
        let (dx, dy, row, column) = found.unwrap_or((x, y, 0, 0.0));
        let radius = dx.hypot(dy);
        let ring = (radius / STONE).floor();
        let around = (std::f32::consts::TAU * (ring + 0.5)).round().max(1.0);
        let angle = (dy.atan2(dx) / std::f32::consts::TAU + 0.5) * around;
        let stone = angle.floor();
        let key = (row * 7919 + column as i32 * 104_729).rem_euclid(6151) as usize;
        let place = (stone as usize + key) % (AROUND * 8);
        let chance = jitter[[place, ring as usize % RINGS]];
        let base =
            COLORS[(ring as usize * 2 + key % 3 + usize::from(chance > 0.85)) % COLORS.len()];
        let across = (radius / STONE).fract();
        let edge = across.min(1.0 - across).min(angle.fract().min(1.0 - angle.fract()));
        let light = 0.8 + 0.35 * chance + 0.18 * stain.at(x, y);
        mix([0.30, 0.26, 0.22], lit(base, light), smooth(0.04, 0.13, edge))
    })
}
