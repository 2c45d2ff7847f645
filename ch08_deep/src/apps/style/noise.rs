//! Smooth random surfaces, of which clouds, ridges and grain are made.

use common::random::{Generator, Rng};
use ndarray::Array2;

/// Random heights at the points of a grid, and smooth between them (value noise).
#[derive(Clone, Debug)]
pub struct Noise {
    heights: Array2<f32>,
}

impl Noise {
    /// With `cells` cells from 0 to 1 along both axes, and heights from −1 to 1.
    pub fn new(cells: usize, rng: &mut Generator) -> Self {
        let heights =
            Array2::from_shape_simple_fn((cells + 1, cells + 1), || rng.random_range(-1.0..1.0));
        Self { heights }
    }

    /// The height at a place; beyond the grid it begins again.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let cells = self.heights.nrows() - 1;
        let split = |at: f32| {
            let at = at.rem_euclid(1.0) * cells as f32;
            let (cell, part) = ((at as usize).min(cells - 1), at.fract());
            (cell, part * part * (3.0 - 2.0 * part))
        };
        let ((i, v), (j, u)) = (split(y), split(x));
        let along = |i: usize| self.heights[[i, j]] * (1.0 - u) + self.heights[[i, j + 1]] * u;
        along(i) * (1.0 - v) + along(i + 1) * v
    }
}

/// Noise upon noise, each with twice as many cells as the one before and about half as high.
#[derive(Clone, Debug)]
pub struct Fractal(Vec<Noise>);

impl Fractal {
    /// `octaves` of them, the first with `cells` cells.
    pub fn new(cells: usize, octaves: usize, rng: &mut Generator) -> Self {
        Self((0..octaves).map(|octave| Noise::new(cells << octave, rng)).collect())
    }

    /// The height at a place, about −1 to 1.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        self.0.iter().zip(0..).map(|(noise, octave)| noise.at(x, y) * 0.5_f32.powi(octave)).sum()
    }
}
