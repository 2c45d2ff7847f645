//! Moving, turning, stretching and bending an image of a digit, at random.

use common::random::{Generator, Rng};

use crate::augment::elastic;

// ANCHOR: distortion
/// How far an image may be distorted. Each amount is drawn anew for each image, as likely above as
/// below zero; 0 leaves that kind out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distortion {
    /// At most so many pixels to the side, and as many up or down.
    pub shift: f32,
    /// At most so many degrees of turning.
    pub rotation: f32,
    /// At most this share wider or narrower, and higher or lower.
    pub scale: f32,
    /// At most this share of the height is the top pushed to the side.
    pub shear: f32,
    /// The standard deviation, in pixels, of an elastic push in x and in y.
    pub elastic: f32,
}

impl Distortion {
    /// Leaves every image as it is.
    pub const NONE: Self = Self { shift: 0.0, rotation: 0.0, scale: 0.0, shear: 0.0, elastic: 0.0 };
    /// Up to two pixels to each side.
    pub const SHIFT: Self = Self { shift: 2.0, ..Self::NONE };
    /// Turned by up to 12 degrees, stretched and slanted by up to an eighth.
    pub const AFFINE: Self = Self { rotation: 12.0, scale: 0.125, shear: 0.125, ..Self::NONE };
    /// Bent by about as much as Simard, Steinkraus and Platt do.
    pub const ELASTIC: Self = Self { elastic: 1.2, ..Self::NONE };
    /// All of them, each a little less.
    pub const ALL: Self = Self { shift: 1.5, rotation: 10.0, scale: 0.1, shear: 0.1, elastic: 0.8 };
}
// ANCHOR_END: distortion

impl Distortion {
    // ANCHOR: sources
    /// For each pixel of an image of `height`×`width`, row by row, the place (x, y) in the old image
    /// that it is taken from.
    pub fn sources(&self, (height, width): (usize, usize), rng: &mut Generator) -> Vec<[f32; 2]> {
        let mut up_to = |most: f32| if most > 0.0 { rng.random_range(-most..most) } else { 0.0 };
        let (sin, cos) = up_to(self.rotation).to_radians().sin_cos();
        let (wide, high) = (1.0 + up_to(self.scale), 1.0 + up_to(self.scale));
        let shear = up_to(self.shear);
        let shift = [up_to(self.shift), up_to(self.shift)];
        // A slant, then a turn, then a stretch; all around the middle of the image.
        let matrix =
            [[wide * cos, wide * (shear * cos - sin)], [high * sin, high * (shear * sin + cos)]];
        let middle = [(width as f32 - 1.0) / 2.0, (height as f32 - 1.0) / 2.0];
        let start = [middle[0] + shift[0], middle[1] + shift[1]];
        let mut places = Vec::with_capacity(height * width);
        for row in 0..height {
            let y = row as f32 - middle[1];
            places.extend((0..width).map(|column| {
                let x = column as f32 - middle[0];
                [0, 1].map(|axis| start[axis] + matrix[axis][0] * x + matrix[axis][1] * y)
            }));
        }
        if self.elastic > 0.0 {
            for axis in [0, 1] {
                let push = elastic::field((height, width), self.elastic, rng);
                places.iter_mut().zip(push).for_each(|(place, push)| place[axis] += push);
            }
        }
        places
    }
    // ANCHOR_END: sources

    /// Distorts an image C×H×W in place, all channels alike; what comes in from outside is 0, paper.
    pub fn distort(&self, image: &mut [f32], (height, width): (usize, usize), rng: &mut Generator) {
        let sources = self.sources((height, width), rng);
        for channel in image.chunks_exact_mut(height * width) {
            let old = Framed::new(channel, (height, width));
            channel.iter_mut().zip(&sources).for_each(|(pixel, place)| *pixel = old.at(*place));
        }
    }
}

/// An image in a frame of paper, one pixel before and two behind, so that every place of the image and
/// of the frame's edge has four pixels around it.
struct Framed {
    pixels: Vec<f32>,
    height: usize,
    width: usize,
}

impl Framed {
    fn new(image: &[f32], (height, width): (usize, usize)) -> Self {
        let mut pixels = vec![0.0; (height + 3) * (width + 3)];
        let rows = pixels.chunks_exact_mut(width + 3).skip(1);
        for (framed, row) in rows.zip(image.chunks_exact(width)) {
            framed[1..=width].copy_from_slice(row);
        }
        Self { pixels, height, width }
    }

    // ANCHOR: bilinear
    /// How dark the place (x, y) is, between pixels: a mean of the four around it, in which each
    /// counts by how near it is.
    fn at(&self, [x, y]: [f32; 2]) -> f32 {
        // Whatever is farther out is paper, and so is the frame's edge.
        let x = (x + 1.0).clamp(0.0, self.width as f32 + 1.0);
        let y = (y + 1.0).clamp(0.0, self.height as f32 + 1.0);
        let (column, row) = (x as usize, y as usize);
        let (right, down) = (x - column as f32, y - row as f32);
        let along = |row: usize| {
            let first = row * (self.width + 3) + column;
            self.pixels[first] + right * (self.pixels[first + 1] - self.pixels[first])
        };
        let (above, below) = (along(row), along(row + 1));
        above + down * (below - above)
    }
    // ANCHOR_END: bilinear
}
