//! A landscape: hills behind hills, a house, trees, and a lake that mirrors the sky.

use common::random::{Generator, Rng, generator};
use image::RgbImage;

use super::super::noise::Fractal;
use super::{Color, lit, mix, painted, smooth};

/// Width by height.
const SHAPE: f32 = 4.0 / 3.0;
const SHORE: f32 = 0.80;
/// How high each ridge stands, how rugged it is, and its colour; from the farthest on.
const RIDGES: [(f32, f32, Color); 4] = [
    (0.40, 0.16, [0.55, 0.60, 0.76]),
    (0.52, 0.12, [0.38, 0.50, 0.58]),
    (0.63, 0.08, [0.32, 0.52, 0.34]),
    (0.72, 0.05, [0.44, 0.62, 0.26]),
];
const SUN: (f32, f32) = (0.98, 0.20);

struct Tree {
    at: (f32, f32),
    size: f32,
    color: Color,
}

/// The landscape, `width` pixels wide and three quarters as high.
pub fn landscape(width: usize, seed: u64) -> RgbImage {
    let rng = &mut generator(seed);
    let (clouds, ground) = (Fractal::new(4, 4, rng), Fractal::new(30, 2, rng));
    let ridges: Vec<Fractal> = RIDGES.iter().map(|_| Fractal::new(3, 4, rng)).collect();
    let trees = trees(rng);
    let leaves = Fractal::new(28, 2, rng);
    let land = |x: f32, y: f32| -> Color {
        let haze = mix([0.99, 0.90, 0.72], [0.32, 0.58, 0.90], 1.25 * (0.62 - y));
        let cloud = smooth(0.1, 0.6, clouds.at(0.45 * x, 1.3 * y)) * smooth(0.5, 0.1, y);
        let mut color = mix(haze, [1.0, 0.98, 0.95], 0.8 * cloud);
        let off = (x - SUN.0).hypot(y - SUN.1);
        color = mix(color, [1.0, 0.93, 0.60], 0.7 * smooth(0.30, 0.06, off));
        color = mix(color, [1.0, 0.97, 0.80], smooth(0.075, 0.065, off));
        for ((height, rugged, ridge), noise) in RIDGES.into_iter().zip(&ridges) {
            let top = height - rugged * noise.at(x / SHAPE, 0.37);
            if y > top {
                color = lit(ridge, 1.05 - 0.8 * (y - top) + 0.06 * ground.at(x, y));
            }
        }
        color = house(x, y).unwrap_or(color);
        trees.iter().rev().find_map(|tree| tree.at(x, y, &leaves)).unwrap_or(color)
    };
    painted((width, width * 3 / 4), |x, y| {
        let shore = SHORE + 0.012 * (6.0 * x).sin();
        if y < shore {
            return land(x, y);
        }
        let depth = y - shore;
        let ripple = 0.012 * (190.0 * depth / (0.4 + 2.0 * depth) + 9.0 * x).sin();
        let mirrored = land(x + ripple, (shore - 2.4 * depth + ripple).max(0.0));
        mix(lit(mirrored, 0.82), [0.10, 0.25, 0.42], 0.25 + depth)
    })
}

fn house(x: f32, y: f32) -> Option<Color> {
    let (x, y) = (x - 0.30, y - 0.66);
    if (-0.12..0.0).contains(&y) && x.abs() < 0.15 + y {
        let tile = if (60.0 * y).sin() > 0.6 { 0.8 } else { 1.0 };
        return Some(lit([0.70, 0.20, 0.14], tile));
    }
    let wall = (0.0..0.11).contains(&y) && x.abs() < 0.12;
    let door = (x + 0.03).abs() < 0.022 && y > 0.035;
    let window = ((x - 0.06).abs() < 0.025 || (x + 0.09).abs() < 0.018) && (y - 0.05).abs() < 0.02;
    let pane = if x > 0.0 { [0.95, 0.80, 0.40] } else { [0.28, 0.36, 0.48] };
    let chimney = (0.055..0.085).contains(&x) && (-0.14..-0.08).contains(&y);
    match () {
        () if door => Some([0.34, 0.20, 0.12]),
        () if wall && window => Some(pane),
        () if wall => Some([0.93, 0.87, 0.74]),
        () if chimney => Some([0.55, 0.22, 0.16]),
        () => None,
    }
}

fn trees(rng: &mut Generator) -> Vec<Tree> {
    let places = [(0.07, 0.75, 0.15), (0.52, 0.77, 0.12), (0.62, 0.79, 0.17), (1.17, 0.78, 0.22)];
    let tree = |(x, y, size)| {
        let light = rng.random_range(0.8..1.15);
        Tree { at: (x, y), size, color: lit([0.13, 0.38, 0.15], light) }
    };
    places.map(tree).into()
}

impl Tree {
    /// Its colour at a place, if it stands there.
    fn at(&self, x: f32, y: f32, leaves: &Fractal) -> Option<Color> {
        let (x, y) = ((x - self.at.0) / self.size, (y - self.at.1) / self.size);
        let edge = 0.13 * leaves.at(x + self.at.0, y);
        let crown = [(0.0, -1.1, 0.42), (-0.28, -0.8, 0.36), (0.30, -0.82, 0.38)];
        let shade = crown.iter().find_map(|&(cx, cy, radius)| {
            let off = (x - cx).hypot(y - cy);
            (off < radius + edge).then_some(1.0 + 0.9 * (cy - y) + 0.7 * (x - cx))
        });
        if let Some(shade) = shade {
            return Some(lit(self.color, (shade + 1.2 * edge).clamp(0.45, 1.7)));
        }
        (x.abs() < 0.07 && (-0.6..0.0).contains(&y)).then_some([0.30, 0.19, 0.11])
    }
}
