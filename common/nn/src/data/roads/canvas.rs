//! A picture and the classes of its pixels, painted together: whatever is painted later covers what was
//! there.

use ndarray::{Array2, Array3};

use super::SIZE;
use crate::random::{Generator, Rng, distributions::StandardNormal};

/// Red, green and blue, from 0 to 1.
pub type Colour = [f32; 3];

pub struct Canvas {
    pub image: Array3<f32>,
    pub mask: Array2<u8>,
}

impl Canvas {
    pub fn new() -> Self {
        let (height, width) = SIZE;
        Self { image: Array3::zeros((3, height, width)), mask: Array2::zeros(SIZE) }
    }

    /// Paints the pixels with middles (x, y) in this rectangle for which `colour` has one.
    pub fn paint(
        &mut self,
        class: u8,
        (left, right): (f32, f32),
        (top, bottom): (f32, f32),
        colour: impl Fn(f32, f32) -> Option<Colour>,
    ) {
        let pixels = |from: f32, to: f32, size: usize| {
            let edge = |x: f32| (x - 0.5).ceil().clamp(0.0, size as f32) as usize;
            edge(from)..edge(to)
        };
        for y in pixels(top, bottom, SIZE.0) {
            for x in pixels(left, right, SIZE.1) {
                if let Some(colour) = colour(x as f32 + 0.5, y as f32 + 0.5) {
                    self.mask[[y, x]] = class;
                    (0..3).for_each(|c| self.image[[c, y, x]] = colour[c]);
                }
            }
        }
    }
}

/// A surface of random heights, smooth between its knots: what makes walls and leaves uneven.
pub struct Uneven {
    knots: Array2<f32>,
}

impl Uneven {
    /// With `count`×`count` knots over the picture, of standard deviation 1.
    pub fn new(count: usize, rng: &mut Generator) -> Self {
        Self { knots: Array2::from_shape_simple_fn((count, count), || rng.sample(StandardNormal)) }
    }

    pub fn at(&self, x: f32, y: f32) -> f32 {
        let last = self.knots.nrows() - 1;
        let along = |place: f32, size: usize| {
            let place = (place / size as f32).clamp(0.0, 1.0) * last as f32;
            let knot = (place as usize).min(last - 1);
            (knot, place - knot as f32)
        };
        let ((row, v), (column, h)) = (along(y, SIZE.0), along(x, SIZE.1));
        let knot = |i: usize, j: usize| self.knots[[row + i, column + j]];
        let above = knot(0, 0) * (1.0 - h) + knot(0, 1) * h;
        let below = knot(1, 0) * (1.0 - h) + knot(1, 1) * h;
        above * (1.0 - v) + below * v
    }
}

/// The colour, lighter by `amount`.
pub fn lighter(colour: Colour, amount: f32) -> Colour {
    colour.map(|part| part + amount)
}

/// The colour times `factor`: darker below 1.
pub fn times(colour: Colour, factor: f32) -> Colour {
    colour.map(|part| part * factor)
}

/// From `a` to `b`, at the part `share` of the way.
pub fn mix(a: Colour, b: Colour, share: f32) -> Colour {
    std::array::from_fn(|i| a[i] * (1.0 - share) + b[i] * share)
}
