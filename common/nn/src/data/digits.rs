//! The built-in digits: 28×28 images of handwriting that no hand wrote, for when MNIST cannot be
//! had.
//!
//! Every image starts as a few pen strokes, which the steps below turn into one of countless
//! hands: trace the strokes smoothly, bend and slant them, fit them in the frame as MNIST was
//! fitted, and ink them.

mod strokes;

use std::f32::consts::TAU;

use ndarray::Array4;
use rayon::prelude::*;
use strokes::{STYLES, Stroke};

use super::Dataset;
use crate::random::{Generator, Rng, distributions::StandardNormal, generator, seq::IndexedRandom};

/// Width and height of an image, in pixels.
const SIDE: usize = 28;
/// MNIST's digits fill a box this large, in pixels, and leave the rest as margin.
const BOX: f32 = 20.0;
/// Straight pieces from one control point to the next: short enough to look like a curve.
const PIECES: usize = 6;

/// A place, x to the right and y down: in a unit box at first, in pixels once fitted.
type Point = [f32; 2];

/// Draws `count` labelled digits: images N×1×28×28 and N labels from 0 to 9.
///
/// Image `i` depends on `seed` and `i` alone, so that a smaller set is the beginning of a larger
/// one, whatever the number of threads.
pub fn draw(seed: u64, count: usize) -> Dataset {
    // Seeds 1 and 2 must not share images, so a generator spreads them over all 64-bit numbers.
    let base: u64 = generator(seed).random();
    let (labels, images): (Vec<u8>, Vec<_>) = (0..count as u64)
        .into_par_iter()
        .map(|i| {
            let mut rng = generator(base ^ i);
            let label = rng.random_range(0..10);
            (label, handwrite(label, &mut rng))
        })
        .unzip();
    let images =
        Array4::from_shape_vec((count, 1, SIDE, SIDE), images.into_flattened().into_flattened())
            .expect("every image has SIDE × SIDE pixels");
    Dataset { images, labels }
}

/// Writes a digit once: the pixels, row by row.
fn handwrite(label: u8, rng: &mut Generator) -> [[u8; SIDE]; SIDE] {
    let style = STYLES[usize::from(label)]
        .choose_weighted(rng, |style| style.share)
        .expect("every digit has a style, and every share is positive");
    let hand = Hand::random(rng);
    let mut path: Vec<Vec<Point>> =
        style.strokes.iter().map(|stroke| smooth(&shake(stroke, rng))).collect();
    for point in path.iter_mut().flatten() {
        *point = hand.place(*point);
    }
    let pen = Pen::random(rng);
    fit(&mut path, &pen, rng);
    ink(&path, &pen, rng)
}

/// A normally distributed number.
fn normal(mean: f32, deviation: f32, rng: &mut Generator) -> f32 {
    mean + deviation * rng.sample::<f32, _>(StandardNormal)
}

/// Misses every control point a little, and scales hundredths to the unit box.
fn shake(stroke: Stroke, rng: &mut Generator) -> Vec<Point> {
    let mut shaken: Vec<Point> = Vec::with_capacity(stroke.len());
    for (k, &(x, y)) in stroke.iter().enumerate() {
        // The two halves of a corner must stay together.
        let point = if k > 0 && stroke[k - 1] == (x, y) {
            shaken[k - 1]
        } else {
            [x, y].map(|v| normal(f32::from(v) / 100.0, 0.015, rng))
        };
        shaken.push(point);
    }
    shaken
}

/// A smooth curve through the points: Catmull–Rom splines, cut into straight pieces.
fn smooth(points: &[Point]) -> Vec<Point> {
    let last = points.len() - 1;
    let mut curve = vec![points[0]];
    for k in 0..last {
        let [a, b, c, d] = [k.saturating_sub(1), k, k + 1, (k + 2).min(last)].map(|i| points[i]);
        curve.extend((1..=PIECES).map(|piece| {
            let t = piece as f32 / PIECES as f32;
            [0, 1].map(|axis| {
                let (a, b, c, d) = (a[axis], b[axis], c[axis], d[axis]);
                let (start, end) = ((c - a) / 2.0, (d - b) / 2.0); // the slopes at b and c
                let (rise, t2, t3) = (c - b, t * t, t * t * t);
                b + start * t
                    + (3.0 * rise - 2.0 * start - end) * t2
                    + (start + end - 2.0 * rise) * t3
            })
        }));
    }
    curve
}

/// What makes one writer's shapes differ from another's: a bend of the paper, then a slant, a
/// tilt and a stretch.
struct Hand {
    waves: [Wave; 4],
    matrix: [[f32; 2]; 2],
}

/// A gentle wave in the plane, with less than one period in the unit box as a rule; a few of
/// them make a random smooth displacement.
struct Wave {
    push: Point,
    frequency: Point,
    phase: f32,
}

impl Hand {
    /// Slant and width vary as they do in MNIST. The waves are as high as they can be before the
    /// digits stop looking like digits: a net learns to read real ones from the odd ones.
    fn random(rng: &mut Generator) -> Self {
        let waves = std::array::from_fn(|_| Wave {
            push: [normal(0.0, 0.07, rng), normal(0.0, 0.07, rng)],
            frequency: [normal(0.0, 2.0, rng), normal(0.0, 2.0, rng)],
            phase: rng.random_range(0.0..TAU),
        });
        let slant = normal(0.12, 0.22, rng);
        let (sin, cos) = normal(0.0, 0.1, rng).sin_cos();
        let width = normal(-0.07, 0.18, rng).exp();
        // rotation × [width, -slant; 0, 1]: the top leans right, since y points down.
        let matrix = [[cos * width, -cos * slant - sin], [sin * width, -sin * slant + cos]];
        Hand { waves, matrix }
    }

    /// Where this hand puts a point of the unit box.
    fn place(&self, [x, y]: Point) -> Point {
        let mut bent = [x, y];
        for Wave { push, frequency, phase } in &self.waves {
            let height = (frequency[0] * x + frequency[1] * y + phase).sin();
            bent = [bent[0] + push[0] * height, bent[1] + push[1] * height];
        }
        self.matrix.map(|row| row[0] * bent[0] + row[1] * bent[1])
    }
}

/// The pen: its radius in pixels, and how the pressure on it comes and goes along the path.
struct Pen {
    radius: f32,
    sway: f32,
    pace: f32,
    phase: f32,
}

impl Pen {
    fn random(rng: &mut Generator) -> Self {
        Pen {
            radius: normal(0.2, 0.27, rng).exp(),
            sway: rng.random_range(0.0..0.25),
            pace: rng.random_range(0.05..0.2),
            phase: rng.random_range(0.0..TAU),
        }
    }

    /// The radius in pixels at the path's `step`-th piece.
    fn radius_at(&self, step: usize) -> f32 {
        self.radius * (1.0 + self.sway * (self.pace * step as f32 + self.phase).sin())
    }
}

/// Moves the path to where MNIST would have it: as large as the box allows, ink included, with
/// the centre of mass in the middle of the image.
fn fit(path: &mut [Vec<Point>], pen: &Pen, rng: &mut Generator) {
    let [width, height] = [0, 1].map(|axis| {
        let coordinates = || path.iter().flatten().map(|point| point[axis]);
        coordinates().fold(f32::MIN, f32::max) - coordinates().fold(f32::MAX, f32::min)
    });
    let scale = (BOX - 2.0 * pen.radius) / width.max(height) * normal(1.0, 0.02, rng);

    // The mass of a piece of ink is its length, as the pen is about as wide everywhere.
    let (mut mass, mut moment) = (0.0, [0.0; 2]);
    for piece in path.iter().flat_map(|stroke| stroke.windows(2)) {
        let (a, b) = (piece[0], piece[1]);
        let length = (b[0] - a[0]).hypot(b[1] - a[1]);
        mass += length;
        moment = [0, 1].map(|axis| moment[axis] + length * (a[axis] + b[axis]) / 2.0);
    }
    // MNIST rounds to whole pixels and calls pixel 14 the middle, half a pixel off the true one.
    let target = [0, 1].map(|_| normal(14.0, 0.6, rng));
    for point in path.iter_mut().flatten() {
        *point = [0, 1].map(|axis| target[axis] + scale * (point[axis] - moment[axis] / mass));
    }
}

/// Inks the path: a pixel is as dark as the pen covers it.
fn ink(path: &[Vec<Point>], pen: &Pen, rng: &mut Generator) -> [[u8; SIDE]; SIDE] {
    // How deep in the ink, in pixels, every pixel's centre lies; negative is outside.
    let mut depth = [[f32::MIN; SIDE]; SIDE];
    for (step, piece) in path.iter().flat_map(|stroke| stroke.windows(2)).enumerate() {
        let (a, b, radius) = (piece[0], piece[1], pen.radius_at(step));
        // Only the pixels near the piece can be touched by it.
        let [columns, rows] = [0, 1].map(|axis| {
            let low = (a[axis].min(b[axis]) - radius - 1.0).max(0.0) as usize;
            let high = (a[axis].max(b[axis]) + radius + 2.0).max(0.0) as usize;
            low..high.min(SIDE)
        });
        for y in rows {
            for x in columns.clone() {
                depth[y][x] = depth[y][x].max(radius - distance([x as f32, y as f32], a, b));
            }
        }
    }
    // A blunt edge, as MNIST's scans have, roughened by the grain of the paper.
    let softness = rng.random_range(0.7..1.1);
    depth.map(|row| {
        row.map(|depth| {
            let grain = rng.random_range(-0.2..0.2);
            (255.0 * (0.5 + (depth + grain) * softness)) as u8 // saturates at 0 and 255
        })
    })
}

/// The distance from `p` to the straight piece from `a` to `b`.
fn distance(p: Point, a: Point, b: Point) -> f32 {
    let (ab, ap) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let square = (ab[0] * ab[0] + ab[1] * ab[1]).max(f32::MIN_POSITIVE);
    let t = ((ap[0] * ab[0] + ap[1] * ab[1]) / square).clamp(0.0, 1.0);
    (ap[0] - t * ab[0]).hypot(ap[1] - t * ab[1])
}

#[cfg(test)]
mod tests;
