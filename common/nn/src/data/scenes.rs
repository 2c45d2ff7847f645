//! Scenes: pictures with several digits in them, and where each of them is.
//!
//! A scene is dark paper with light ink. First comes what only looks like digits (fragments of them,
//! and lines), then the digits, then noise.

use ndarray::{Array2, ArrayView2, s};

use super::Dataset;
use crate::bounding_box::BoundingBox;
use crate::random::{Generator, Rng, distributions::StandardNormal, generator};

/// Where scenes come from: number `i` is always the same one.
#[derive(Clone, Debug)]
pub struct Scenes<'a> {
    digits: &'a Dataset,
    base: u64,
    /// Height and width of a scene, in pixels.
    pub size: (usize, usize),
    /// A scene has at least one digit and at most so many.
    pub most_digits: usize,
}

/// A picture with digits in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// H×W, from 0 for dark paper to 1 for light ink.
    pub image: Array2<f32>,
    /// Where the digits are, and which.
    pub digits: Vec<(BoundingBox, u8)>,
    /// H×W: 0 where there is no digit, and one more than the digit where there is one.
    pub mask: Array2<u8>,
}

/// Height of a digit, in pixels; small ones are as likely as large ones, measured by their ratio.
pub const HEIGHTS: (f32, f32) = (12.0, 32.0);
/// Boxes overlap by less than this, as intersection over union.
const OVERLAP: f32 = 0.05;
/// How often a place for one more digit is looked for in all.
const TRIES: usize = 50;
/// Fragments of digits, and thin lines, that are no digits; of a scene of 64×64 pixels.
const FRAGMENTS: usize = 8;
const LINES: usize = 2;
const CLUTTERED: usize = 64 * 64;
/// Standard deviation of the noise.
const NOISE: f32 = 0.08;
/// Ink lighter than this belongs to the digit.
const INK: f32 = 0.25;

impl<'a> Scenes<'a> {
    /// Scenes of 64×64 pixels with up to five of these digits.
    pub fn new(digits: &'a Dataset, seed: u64) -> Self {
        // Seeds that follow each other must not share scenes.
        Self { digits, base: generator(seed).random(), size: (64, 64), most_digits: 5 }
    }

    // ANCHOR: scene
    /// The scene of this number.
    pub fn scene(&self, number: u64) -> Scene {
        let rng = &mut generator(self.base ^ number);
        let mut scene = Scene {
            image: Array2::zeros(self.size),
            digits: Vec::new(),
            mask: Array2::zeros(self.size),
        };
        self.clutter(&mut scene.image, rng);
        let wanted = rng.random_range(1..=self.most_digits);
        for _ in 0..TRIES {
            if scene.digits.len() == wanted {
                break;
            }
            self.add_digit(&mut scene, rng);
        }
        for pixel in &mut scene.image {
            let noise: f32 = rng.sample(StandardNormal);
            *pixel = (*pixel + NOISE * noise).clamp(0.0, 1.0);
        }
        scene
    }
    // ANCHOR_END: scene

    /// A random one of the digits' images.
    fn any(&self, rng: &mut Generator) -> (ArrayView2<'a, u8>, u8) {
        let i = rng.random_range(0..self.digits.len());
        (self.digits.images.slice(s![i, 0, .., ..]), self.digits.labels[i])
    }

    /// Draws fragments of digits, and lines.
    fn clutter(&self, image: &mut Array2<f32>, rng: &mut Generator) {
        let (height, width) = self.size;
        let shares = |pieces: usize| (pieces * height * width).div_ceil(CLUTTERED);
        for _ in 0..shares(FRAGMENTS) {
            let side = rng.random_range(5..10).min(height).min(width);
            let (digit, _) = self.any(rng);
            let from = (rng.random_range(4..24 - side), rng.random_range(4..24 - side));
            let to = (rng.random_range(0..=height - side), rng.random_range(0..=width - side));
            let light = rng.random_range(0.5..1.0) / 255.0;
            for ((y, x), &ink) in
                digit.slice(s![from.0.., from.1..]).slice(s![..side, ..side]).indexed_iter()
            {
                let pixel = &mut image[[to.0 + y, to.1 + x]];
                *pixel = pixel.max(f32::from(ink) * light);
            }
        }
        for _ in 0..shares(LINES) {
            let mut place = || {
                (
                    rng.random_range(0.0..height as f32 - 0.5),
                    rng.random_range(0.0..width as f32 - 0.5),
                )
            };
            let (start, end) = (place(), place());
            let light = rng.random_range(0.3..0.8_f32);
            let pieces = 2 * height.max(width);
            for piece in 0..=pieces {
                let t = piece as f32 / pieces as f32;
                let y = (start.0 + (end.0 - start.0) * t) as usize;
                let x = (start.1 + (end.1 - start.1) * t) as usize;
                image[[y, x]] = image[[y, x]].max(light);
            }
        }
    }

    /// Draws one more digit, if there is room where it would fall.
    fn add_digit(&self, scene: &mut Scene, rng: &mut Generator) {
        let (digit, label) = self.any(rng);
        let Some(ink) = trimmed(digit) else { return };
        let (least, most) = HEIGHTS;
        let height = rng.random_range(least.ln()..most.ln()).exp().round();
        let width = (ink.ncols() as f32 * height / ink.nrows() as f32).round().max(3.0);
        let (rows, columns) = (height as usize, width as usize);
        if rows > self.size.0 || columns > self.size.1 {
            return;
        }
        let top = rng.random_range(0..=self.size.0 - rows);
        let left = rng.random_range(0..=self.size.1 - columns);
        let (x, y) = (left as f32, top as f32);
        let place = BoundingBox::new(x, y, x + width, y + height);
        if scene.digits.iter().any(|(other, _)| place.iou(other) >= OVERLAP) {
            return;
        }
        let light = rng.random_range(0.7..1.0);
        for ((row, column), &ink) in resized(ink, (rows, columns)).indexed_iter() {
            let (ink, at) = (ink * light, [top + row, left + column]);
            // Where there is ink it covers what lies under it.
            if ink > 0.1 || ink > scene.image[at] {
                scene.image[at] = ink;
            }
            if ink > INK {
                scene.mask[at] = label + 1;
            }
        }
        scene.digits.push((place, label));
    }
}

/// The smallest part of an image that holds all its ink; `None` if there is none.
pub fn trimmed(image: ArrayView2<'_, u8>) -> Option<ArrayView2<'_, u8>> {
    const FAINT: u8 = 40;
    let inked = |line: ArrayView2<'_, u8>| line.iter().any(|&pixel| pixel > FAINT);
    let rows: Vec<_> = (0..image.nrows()).filter(|&y| inked(image.slice(s![y..=y, ..]))).collect();
    let columns: Vec<_> =
        (0..image.ncols()).filter(|&x| inked(image.slice(s![.., x..=x]))).collect();
    let (top, bottom) = (*rows.first()?, *rows.last()?);
    let (left, right) = (*columns.first()?, *columns.last()?);
    Some(image.slice_move(s![top..=bottom, left..=right]))
}

/// An image of bytes at another size, as numbers from 0 to 1: each new pixel is a mean of the old ones
/// near it, over one old pixel or one new one, whichever is wider.
pub fn resized(image: ArrayView2<'_, u8>, (height, width): (usize, usize)) -> Array2<f32> {
    let (rows, columns) = (weights(image.nrows(), height), weights(image.ncols(), width));
    let image = image.mapv(|byte| f32::from(byte) / 255.0);
    rows.dot(&image).dot(&columns.t())
}

/// How much each of `from` pixels of a line counts for each of `to`: a tent around its middle.
fn weights(from: usize, to: usize) -> Array2<f32> {
    let ratio = from as f32 / to as f32;
    let reach = ratio.max(1.0);
    let mut weights = Array2::from_shape_fn((to, from), |(new, old)| {
        let middle = (new as f32 + 0.5) * ratio;
        (1.0 - (old as f32 + 0.5 - middle).abs() / reach).max(0.0)
    });
    for mut row in weights.rows_mut() {
        let sum = row.sum();
        row.mapv_inplace(|weight| weight / sum);
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::digits;

    #[test]
    fn a_scene_is_what_it_says() {
        let digits = digits::draw(1, 50);
        let scenes = Scenes::new(&digits, 7);
        let mut counts = [0; 6];
        for number in 0..100 {
            let scene = scenes.scene(number);
            assert_eq!(scene, scenes.scene(number), "the same for the same number");
            assert!(scene.image.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
            counts[scene.digits.len()] += 1;
            for (i, (place, label)) in scene.digits.iter().enumerate() {
                assert_eq!(place.within((64.0, 64.0)), *place);
                assert!((12.0..=32.0).contains(&place.height()) && *label < 10, "{place:?}");
                for (other, _) in &scene.digits[..i] {
                    assert!(place.iou(other) < OVERLAP);
                }
                let part = s![
                    place.top as usize..place.bottom as usize,
                    place.left as usize..place.right as usize
                ];
                let ink = scene.mask.slice(part).iter().filter(|&&m| m == label + 1).count();
                assert!(ink > 10, "{label} has {ink} pixels");
            }
            let outside = scene.mask.indexed_iter().filter(|&((y, x), &class)| {
                let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
                let covers = |place: &BoundingBox| {
                    (place.left..place.right).contains(&x) && (place.top..place.bottom).contains(&y)
                };
                class > 0 && !scene.digits.iter().any(|(place, _)| covers(place))
            });
            assert_eq!(outside.count(), 0);
        }
        assert_eq!(counts[0], 0);
        assert!(counts[1..].iter().all(|&count| count > 5), "{counts:?}");
        assert_ne!(scenes.scene(0), Scenes::new(&digits, 8).scene(0));
    }

    #[test]
    fn other_sizes_have_room_for_more() {
        let digits = digits::draw(1, 50);
        let scenes = Scenes { size: (40, 200), most_digits: 20, ..Scenes::new(&digits, 1) };
        let scene = scenes.scene(3);
        assert_eq!(scene.image.dim(), (40, 200));
        assert_eq!(scene.mask.dim(), (40, 200));
    }

    #[test]
    fn a_line_is_resized_by_means() {
        assert_eq!(weights(4, 4), Array2::<f32>::eye(4));
        for (from, to) in [(20, 7), (7, 20), (3, 3)] {
            let weights = weights(from, to);
            assert!(weights.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-6));
            assert!(weights.columns().into_iter().all(|column| column.sum() > 0.0));
        }
    }
}
