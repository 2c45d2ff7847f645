//! What the page under the ink looks like: of one colour, or unevenly lit.

use image::RgbImage;
use ndarray::Array2;

use super::picture::usual_color;

/// The colour of the paper at every place: for each channel a polynomial in x and
/// y, which both run from 0 to 1 across the picture.
pub struct Paper {
    channels: [[f64; TERMS]; 3],
}

const TERMS: usize = 6;

/// 1, x, y, x², xy, y²: enough for light from one side and for a lens that
/// darkens the corners.
fn terms(x: f64, y: f64) -> [f64; TERMS] {
    [1.0, x, y, x * x, x * y, y * y]
}

impl Paper {
    /// The same colour everywhere.
    pub fn plain(color: [f32; 3]) -> Self {
        let constant = |value: f32| {
            let mut constant = [0.0; TERMS];
            constant[0] = f64::from(value);
            constant
        };
        Self { channels: color.map(constant) }
    }

    /// The same colour everywhere: the one that most of the picture has.
    pub fn usual(picture: &RgbImage) -> Self {
        Self::plain(usual_color(picture.pixels().map(|pixel| pixel.0)).map(f32::from))
    }

    /// The same colour everywhere: the median of the picture's border, channel by
    /// channel.
    pub fn even(picture: &RgbImage) -> Self {
        let border = border(picture);
        Self::plain([0, 1, 2].map(|channel| {
            let mut values: Vec<u8> = border.iter().map(|(_, pixel)| pixel[channel]).collect();
            values.sort_unstable();
            values.get(values.len() / 2).copied().map_or(255.0, f32::from)
        }))
    }

    // ANCHOR: uneven
    /// The polynomials that are nearest to the picture's border, by least
    /// squares; `None` if the border is too small to tell.
    pub fn uneven(picture: &RgbImage) -> Option<Self> {
        let mut products = [[0.0; TERMS]; TERMS];
        let mut sums = [[0.0; TERMS]; 3];
        for (terms, pixel) in border(picture) {
            for i in 0..TERMS {
                (0..TERMS).for_each(|j| products[i][j] += terms[i] * terms[j]);
                (0..3).for_each(|c| sums[c][i] += terms[i] * f64::from(pixel[c]));
            }
        }
        let [red, green, blue] = sums.map(|sums| solve(products, sums));
        Some(Self { channels: [red?, green?, blue?] })
    }
    // ANCHOR_END: uneven

    /// Its colour under the pixel in column `x` and row `y` of a picture of that
    /// size.
    pub fn color(&self, (x, y): (u32, u32), size: (u32, u32)) -> [f32; 3] {
        let terms = terms_at((x, y), size);
        self.channels.map(|a| a.iter().zip(terms).map(|(a, t)| a * t).sum::<f64>() as f32)
    }
}

fn terms_at((x, y): (u32, u32), (width, height): (u32, u32)) -> [f64; TERMS] {
    terms(f64::from(x) / f64::from(width), f64::from(y) / f64::from(height))
}

/// Place and colour of the pixels along the edges.
fn border(picture: &RgbImage) -> Vec<([f64; TERMS], [u8; 3])> {
    let size = picture.dimensions();
    let pixels = picture.enumerate_pixels();
    pixels
        .filter(|(x, y, _)| is_border((*x, *y), size))
        .map(|(x, y, pixel)| (terms_at((x, y), size), pixel.0))
        .collect()
}

/// Whether a pixel lies along the edges, which are a hundredth of the picture wide.
fn is_border((x, y): (u32, u32), (width, height): (u32, u32)) -> bool {
    let rim = (width.min(height) / 100).max(1);
    let inside = |v: u32, size: u32| v >= rim && v + rim < size;
    !(inside(x, width) && inside(y, height))
}

/// Which part of the pixels along the edges has more ink than paper, of H×W from 0
/// to 1.
pub fn ink_at_border(ink: &Array2<f32>) -> f32 {
    let size = (ink.ncols() as u32, ink.nrows() as u32);
    let border =
        || ink.indexed_iter().filter(|((y, x), _)| is_border((*x as u32, *y as u32), size));
    border().filter(|(_, v)| **v > 0.5).count() as f32 / border().count() as f32
}

/// Solves a·x = b by Gaussian elimination; `None` if the equations do not
/// determine x.
fn solve(mut a: [[f64; TERMS]; TERMS], mut b: [f64; TERMS]) -> Option<[f64; TERMS]> {
    for k in 0..TERMS {
        let pivot = (k..TERMS).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs()))?;
        if a[pivot][k].abs() < 1e-9 {
            return None;
        }
        a.swap(k, pivot);
        b.swap(k, pivot);
        for i in k + 1..TERMS {
            let factor = a[i][k] / a[k][k];
            (k..TERMS).for_each(|j| a[i][j] -= factor * a[k][j]);
            b[i] -= factor * b[k];
        }
    }
    for k in (0..TERMS).rev() {
        let known: f64 = (k + 1..TERMS).map(|j| a[k][j] * b[j]).sum();
        b[k] = (b[k] - known) / a[k][k];
    }
    Some(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn a_slope_of_light_is_found() {
        let picture = RgbImage::from_fn(60, 40, |x, y| Rgb([100 + x as u8, 200 - y as u8, 7]));
        let paper = Paper::uneven(&picture).expect("a border");
        let [r, g, b] = paper.color((30, 20), (60, 40));
        assert!((r - 130.0).abs() < 0.01 && (g - 180.0).abs() < 0.01 && (b - 7.0).abs() < 0.01);
    }

    #[test]
    fn a_line_of_pixels_does_not_tell() {
        assert!(Paper::uneven(&RgbImage::new(9, 1)).is_none());
    }
}
