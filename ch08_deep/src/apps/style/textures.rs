//! Textures to learn from: sixteen kinds, in any colours and directions.

use std::f32::consts::{PI, TAU};

use common::Tensor;
use common::random::{Generator, Rng, generator};
use ndarray::{Array3, IxDyn};
use rayon::prelude::*;

use super::noise::Noise;

/// The kinds.
pub const KINDS: [&str; 16] = [
    "waves", "stripes", "checks", "tiles", "grid", "wavy", "rings", "clouds", "grain", "cells",
    "patches", "spots", "dashes", "bricks", "islands", "slope",
];
/// Width and height.
pub const SIDE: usize = 32;

/// Middles of cells, and how bright each is.
struct Cells(Vec<(f32, f32, f32)>);

impl Cells {
    fn new(count: usize, rng: &mut Generator) -> Self {
        let mut place = || rng.random_range(-0.15..1.15);
        let places: Vec<_> = (0..count).map(|_| (place(), place())).collect();
        let bright = places.into_iter().map(|(x, y)| (x, y, rng.random_range(-1.0..1.0)));
        Self(bright.collect())
    }

    /// How far the nearest middle is and how much farther the second, and how bright the nearest is.
    fn at(&self, x: f32, y: f32) -> (f32, f32, f32) {
        let (mut first, mut second) = ((f32::INFINITY, 0.0), f32::INFINITY);
        for &(cx, cy, bright) in &self.0 {
            let off = (x - cx).hypot(y - cy);
            if off < first.0 {
                (second, first) = (first.0, (off, bright));
            } else {
                second = second.min(off);
            }
        }
        (first.0, second - first.0, first.1)
    }
}

/// A texture of this kind, 3×32×32 from 0 to 1.
pub fn texture(kind: usize, rng: &mut Generator) -> Array3<f32> {
    let pattern = pattern(kind, rng);
    let colors: [[f32; 3]; 3] = rng.random();
    let tint = Noise::new(3, rng);
    let mut image = Array3::zeros((3, SIDE, SIDE));
    for y in 0..SIDE {
        for x in 0..SIDE {
            let (u, v) = ((x as f32 + 0.5) / SIDE as f32, (y as f32 + 0.5) / SIDE as f32);
            let (part, tint) = ((pattern(u, v) + 1.0) / 2.0, 0.15 * tint.at(u, v));
            for c in 0..3 {
                let mixed = colors[0][c] * (1.0 - part) + colors[1][c] * part;
                let grain = rng.random_range(-0.035..0.035);
                image[[c, y, x]] = (mixed + tint * (colors[2][c] - 0.5) + grain).clamp(0.0, 1.0);
            }
        }
    }
    image
}

/// How light it is at each place, from −1 to 1.
fn pattern(kind: usize, rng: &mut Generator) -> Box<dyn Fn(f32, f32) -> f32> {
    let turn: f32 = rng.random_range(0.0..PI);
    let (sin, cos) = turn.sin_cos();
    let waves = rng.random_range(2.3..6.4);
    let (p, q): (f32, f32) = (rng.random_range(0.0..TAU), rng.random_range(0.0..TAU));
    let along = move |x: f32, y: f32| TAU * waves * (x * cos + y * sin) + p;
    let across = move |x: f32, y: f32| TAU * waves * (y * cos - x * sin) + q;
    let sign = |is: bool| if is { 1.0 } else { -1.0 };
    match KINDS[kind] {
        "waves" => Box::new(move |x, y| along(x, y).sin()),
        "stripes" => Box::new(move |x, y| sign(along(x, y).sin() > 0.0)),
        "checks" => Box::new(move |x, y| sign(along(x, y).sin() * across(x, y).sin() > 0.0)),
        "tiles" => Box::new(move |x, y| sign(along(x, y).sin() > 0.3 && across(x, y).sin() > 0.3)),
        "grid" => Box::new(move |x, y| sign(along(x, y).sin() > 0.85 || across(x, y).sin() > 0.85)),
        "wavy" => Box::new(move |x, y| (along(x, y) + 2.0 * (across(x, y) / 2.0).sin()).sin()),
        "rings" => {
            let (cx, cy): (f32, f32) = rng.random();
            Box::new(move |x, y| (TAU * waves * (x - cx).hypot(y - cy) + p).sin())
        }
        "clouds" => {
            let noise = Noise::new(4, rng);
            Box::new(move |x, y| noise.at(x, y))
        }
        "grain" => {
            let noise = Noise::new(15, rng);
            Box::new(move |x, y| noise.at(x, y))
        }
        "cells" => {
            let cells = Cells::new(14, rng);
            Box::new(move |x, y| sign(cells.at(x, y).1 < 0.05))
        }
        "patches" => {
            let cells = Cells::new(14, rng);
            Box::new(move |x, y| cells.at(x, y).2)
        }
        "spots" => {
            let cells = Cells::new(12, rng);
            Box::new(move |x, y| sign(cells.at(x, y).0 < 0.08))
        }
        "dashes" => {
            let dashes = Cells::new(40, rng);
            Box::new(move |x, y| {
                let on = |&&(cx, cy, _): &&(f32, f32, f32)| {
                    let (dx, dy) = (x - cx, y - cy);
                    (dx * cos + dy * sin).abs() < 0.14 && (dy * cos - dx * sin).abs() < 0.035
                };
                dashes.0.iter().find(on).map_or(-1.0, |dash| dash.2)
            })
        }
        "bricks" => Box::new(move |x, y| {
            let row = across(x, y) / PI;
            let aside = if row.floor().rem_euclid(2.0) < 1.0 { 0.0 } else { PI / 2.0 };
            let joint = (along(x, y) / 2.0 + aside).sin().abs() < 0.15;
            sign(joint || row.rem_euclid(1.0) < 0.2)
        }),
        "islands" => {
            let noise = Noise::new(6, rng);
            Box::new(move |x, y| sign(noise.at(x, y) > 0.0))
        }
        _ => Box::new(move |x, y| 1.4 * ((x - 0.5) * cos + (y - 0.5) * sin)),
    }
}

/// The textures of these numbers, N×3×32×32, and their kinds. The same number is always the same texture.
pub fn batch(seed: u64, numbers: &[u64]) -> (Tensor<f32>, Vec<u8>) {
    let drawn: Vec<(Array3<f32>, u8)> = numbers
        .par_iter()
        .map(|&number| {
            let rng = &mut generator(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let kind = rng.random_range(0..KINDS.len());
            (texture(kind, rng), kind as u8)
        })
        .collect();
    let pixels = drawn.iter().flat_map(|(image, _)| image.iter().copied()).collect();
    let shape = IxDyn(&[numbers.len(), 3, SIDE, SIDE]);
    let x = Tensor::from_shape_vec(shape, pixels).expect("as many numbers as pixels");
    (x, drawn.into_iter().map(|(_, kind)| kind).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_always_the_same_texture() {
        let (x, kinds) = batch(1, &[5, 7]);
        let (again, _) = batch(1, &[7]);
        assert_eq!(x.index_axis(ndarray::Axis(0), 1), again.index_axis(ndarray::Axis(0), 0));
        assert!(kinds.iter().all(|&kind| usize::from(kind) < KINDS.len()));
        assert_ne!(batch(2, &[7]).0, again);
    }

    #[test]
    fn every_kind_can_be_drawn_and_has_a_pattern() {
        for (kind, name) in KINDS.iter().enumerate() {
            let image = texture(kind, &mut generator(3));
            assert!(image.iter().all(|x| (0.0..=1.0).contains(x)), "{name}");
            assert!(image.var(0.0) > 1e-4, "{name} is flat");
        }
    }
}
