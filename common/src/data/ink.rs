//! Ink on a picture: what differs from the paper under it.

use image::RgbImage;
use ndarray::Array2;

use super::paper::{Paper, ink_at_border};
use super::split::Split;
use crate::{Error, Result};

/// Paper and ink farther apart than this, of 255, are more than noise.
const CONTRAST: f32 = 20.0;
/// Nearer ones, down to this, count if they are cleanly divided.
const LEAST_CONTRAST: f32 = 6.0;
/// What is this clear counts as cleanly divided.
const CLEAR: f64 = 0.8;
/// Light is uneven if that leaves less of the variance unclear, as a part of what it was.
const LESS: f64 = 0.7;
/// Paper has no more ink than this along the borders, as a part of them.
const LITTLE: f32 = 0.15;

/// The paper of a picture, how far each pixel is from it, and where paper and ink divide: of an evenly and
/// an unevenly lit page the one that leaves paper and ink farther apart.
pub fn paper_and_ink(picture: &RgbImage) -> (Paper, Array2<u8>, Split) {
    let even = split_on(picture, Paper::even(picture));
    let Some(uneven) = Paper::uneven(picture).map(|paper| split_on(picture, paper)) else {
        return even;
    };
    let unclear = 1.0 - even.2.clarity;
    let is_better = match ink(&uneven.1, &uneven.2) {
        Ok(ink) => 1.0 - uneven.2.clarity < LESS * unclear && ink_at_border(&ink) < LITTLE,
        Err(_) => even.2.clarity < CLEAR, // nothing but light and shade
    };
    if is_better { uneven } else { even }
}

/// How far each pixel is from this paper, and where paper and ink divide.
pub fn split_on(picture: &RgbImage, paper: Paper) -> (Paper, Array2<u8>, Split) {
    let distance = distance(picture, &paper);
    let split = Split::of(&distance);
    (paper, distance, split)
}

// ANCHOR: distance
/// How far each pixel's colour is from the paper's, H×W from 0 to 255: dark ink
/// on light paper and light on dark are the same to it.
pub fn distance(picture: &RgbImage, paper: &Paper) -> Array2<u8> {
    let (width, height) = picture.dimensions();
    Array2::from_shape_fn((height as usize, width as usize), |(y, x)| {
        let at = (x as u32, y as u32);
        let (pixel, paper) = (picture[at].0, paper.color(at, (width, height)));
        let differences = [0, 1, 2].map(|c| (f32::from(pixel[c]) - paper[c]).abs());
        differences.into_iter().fold(0.0, f32::max) as u8
    })
}
// ANCHOR_END: distance

/// How much of each pixel is ink, from 0 to 1, by its distance from the paper.
///
/// # Errors
/// If paper and ink cannot be told apart.
pub fn ink(distance: &Array2<u8>, split: &Split) -> Result<Array2<f32>> {
    let contrast = split.ink - split.paper;
    let is_clear = contrast >= LEAST_CONTRAST && split.clarity >= CLEAR;
    if contrast < CONTRAST && !is_clear {
        return Err(Error::Invalid("nothing is drawn there: the picture is blank".to_string()));
    }
    // Gently: a quarter of the way up is paper, three quarters is ink, a slope
    // between them.
    let (from, to) = (split.paper + 0.25 * contrast, split.paper + 0.75 * contrast);
    Ok(distance.mapv(|d| ((f32::from(d) - from) / (to - from)).clamp(0.0, 1.0)))
}
