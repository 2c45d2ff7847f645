//! Pictures of our own: a landscape to begin with, and manners to paint it in.

mod brush;
mod glass;
mod landscape;
mod mosaic;
mod woodcut;

use common::random::generator;
use image::RgbImage;
use image::imageops::{FilterType, resize};
use ndarray::Array3;
use rayon::prelude::*;

pub use landscape::landscape;

/// A manner to paint in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Manner {
    /// Brush strokes along swirls, in the colours of a night
    Brush,
    /// Stained glass: bright panes between dark leads
    Glass,
    /// Carved lines, black on paper
    Woodcut,
    /// Small stones along arches, in warm colours
    Mosaic,
}

impl Manner {
    /// A picture in this manner, `side` pixels wide and high.
    pub fn draw(self, side: usize, seed: u64) -> RgbImage {
        let rng = &mut generator(seed);
        match self {
            Self::Brush => brush::draw(side, rng),
            Self::Glass => glass::draw(side, rng),
            Self::Woodcut => woodcut::draw(side, rng),
            Self::Mosaic => mosaic::draw(side, rng),
        }
    }
}

/// A colour from 0 to 1.
type Color = [f32; 3];

/// The colour between two others.
fn mix(a: Color, b: Color, part: f32) -> Color {
    let part = part.clamp(0.0, 1.0);
    std::array::from_fn(|c| a[c] + (b[c] - a[c]) * part)
}

/// A colour made lighter or darker.
fn lit(color: Color, by: f32) -> Color {
    color.map(|c| c * by)
}

/// From 0 below `from` to 1 above `to`, smoothly.
fn smooth(from: f32, to: f32, x: f32) -> f32 {
    let part = ((x - from) / (to - from)).clamp(0.0, 1.0);
    part * part * (3.0 - 2.0 * part)
}

/// A picture whose colour at each place x, y is known, both in picture heights; a pixel is a mean of nine.
fn painted((width, height): (usize, usize), color: impl Fn(f32, f32) -> Color + Sync) -> RgbImage {
    const SAMPLES: usize = 3;
    let pixel = |i: usize| {
        let (x, y) = (i % width, i / width);
        let mut sum = [0.0; 3];
        for sample in 0..SAMPLES * SAMPLES {
            let at =
                |n: usize, k: usize| (n as f32 + (k as f32 + 0.5) / SAMPLES as f32) / height as f32;
            let here = color(at(x, sample % SAMPLES), at(y, sample / SAMPLES));
            sum = std::array::from_fn(|c| sum[c] + here[c]);
        }
        sum.map(|sum| byte(sum / (SAMPLES * SAMPLES) as f32))
    };
    let bytes: Vec<[u8; 3]> = (0..width * height).into_par_iter().map(pixel).collect();
    RgbImage::from_raw(width as u32, height as u32, bytes.concat()).expect("three bytes a pixel")
}

fn byte(x: f32) -> u8 {
    (255.0 * x).round().clamp(0.0, 255.0) as u8
}

/// A square to paint on in strokes, twice as fine as the picture that it becomes.
struct Board {
    pixels: Array3<f32>,
}

impl Board {
    fn new(side: usize, ground: Color) -> Self {
        Self { pixels: Array3::from_shape_fn((2 * side, 2 * side, 3), |(_, _, c)| ground[c]) }
    }

    /// A straight piece between two places, both in picture heights; `color` is told how far across it a
    /// pixel lies, from −1 to 1.
    fn line(&mut self, [from, to]: [(f32, f32); 2], width: f32, color: impl Fn(f32) -> Color) {
        let side = self.pixels.shape()[0] as f32;
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1e-6);
        let reach = width / 2.0;
        let range = |a: f32, b: f32| {
            let least = ((a.min(b) - reach) * side).floor().clamp(0.0, side) as usize;
            least..((a.max(b) + reach) * side).ceil().clamp(0.0, side) as usize
        };
        for y in range(from.1, to.1) {
            for x in range(from.0, to.0) {
                let (px, py) = ((x as f32 + 0.5) / side - from.0, (y as f32 + 0.5) / side - from.1);
                let along = ((px * dx + py * dy) / (length * length)).clamp(0.0, 1.0);
                let off = (px - along * dx).hypot(py - along * dy);
                if off < reach {
                    let across = (px * dy - py * dx) / length / reach;
                    let color = color(across.clamp(-1.0, 1.0));
                    (0..3).for_each(|c| self.pixels[[y, x, c]] = color[c]);
                }
            }
        }
    }

    fn finish(self) -> RgbImage {
        let side = self.pixels.shape()[0] as u32;
        let bytes = self.pixels.iter().map(|&x| byte(x)).collect();
        let fine = RgbImage::from_raw(side, side, bytes).expect("three bytes a pixel");
        resize(&fine, side / 2, side / 2, FilterType::Triangle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn the_same_seed_paints_the_same_in_many_colours() {
        for manner in Manner::value_variants() {
            let picture = manner.draw(48, 1);
            assert_eq!(picture.dimensions(), (48, 48));
            assert!(picture == manner.draw(48, 1), "{manner:?}");
            assert!(picture != manner.draw(48, 2), "{manner:?}");
            let colors: std::collections::BTreeSet<_> = picture.pixels().map(|p| p.0).collect();
            assert!(colors.len() > 50, "{manner:?}: {} colours", colors.len());
        }
        assert_eq!(landscape(64, 1).dimensions(), (64, 48));
    }
}
