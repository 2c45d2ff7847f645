//! A figure of where the captioner looks, word by word.

use common::plot::{Align, Area, Drawn, Rgb, RgbImage, bold, label, picture, points, text};
use ndarray::{Array2, ArrayView1, ArrayView2};

use super::captioner::PLACES;
use super::sentence::{END, VOCABULARY};

/// A sentence, and where it was looked before each word.
#[derive(Clone, Debug)]
pub struct Look {
    /// The picture.
    pub image: RgbImage,
    /// The words that were said, with their end.
    pub said: Vec<usize>,
    /// How much of each place, T×P.
    pub shares: Array2<f32>,
}

/// Sentences below each other, each with its picture once a word.
#[derive(Clone, Debug)]
pub struct Looks {
    /// What the figure shows.
    pub title: String,
    /// The sentences.
    pub looks: Vec<Look>,
}

/// Points around all, between pictures, of a line of words.
const MARGIN: f64 = 12.0;
const GAP: f64 = 4.0;
const LINE: f64 = 20.0;
/// Pictures in a row: one without words, and one for each word of the longest sentence.
const COLUMNS: usize = 11;
/// A pixel is drawn as so many in each direction.
const ENLARGED: u32 = 8;

impl Looks {
    /// The size in points of a figure that is `width` points wide.
    pub fn size(&self, width: u32) -> (u32, u32) {
        let row = side(f64::from(width)) + LINE + GAP;
        (width, (2.0 * MARGIN + LINE + row * self.looks.len() as f64).ceil() as u32)
    }

    /// Draws it all, as wide as `area` is.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn draw(&self, area: &Area<'_>) -> Drawn {
        let width = f64::from(area.dim_in_pixel().0) / points(1.0);
        let side = side(width);
        label(area, &self.title, (width / 2.0, MARGIN + 4.0), &bold(14.0), Align::Center)?;
        for (row, look) in self.looks.iter().enumerate() {
            let top = MARGIN + LINE + row as f64 * (side + LINE + GAP);
            picture(area, &enlarged(&look.image), (MARGIN, top), side, false)?;
            let words = look.said.iter().take_while(|&&word| word != END);
            for (t, (&word, shares)) in words.zip(look.shares.rows()).enumerate() {
                let left = MARGIN + (t + 1) as f64 * (side + GAP);
                let lit = lit(&look.image, shares);
                let bottom = picture(area, &lit, (left, top), side, false)?;
                let at = (left + side / 2.0, bottom + LINE / 2.0);
                label(area, VOCABULARY[word], at, &text(12.0), Align::Center)?;
            }
        }
        Ok(())
    }
}

fn side(width: f64) -> f64 {
    (width - 2.0 * MARGIN - (COLUMNS - 1) as f64 * GAP) / COLUMNS as f64
}

// ANCHOR: lit
/// The picture by the light of attention: dark where nobody looks, and bright at the place that gets the
/// most. Each pixel becomes several, so that the light has soft edges.
fn lit(image: &RgbImage, shares: ArrayView1<'_, f32>) -> RgbImage {
    let shares = shares.into_shape_with_order((PLACES, PLACES)).expect("a share for each place");
    let most = shares.fold(f32::MIN_POSITIVE, |most, &share| most.max(share));
    let (width, height) = (image.width() * ENLARGED, image.height() * ENLARGED);
    RgbImage::from_fn(width, height, |x, y| {
        let place = |at: u32, size: u32| (at as f32 + 0.5) * PLACES as f32 / size as f32 - 0.5;
        let light = between(shares, (place(y, height), place(x, width))) / most;
        let shown = |byte: u8| f32::from(byte) * (0.3 + 0.7 * light) + 110.0 * light;
        Rgb(image.get_pixel(x / ENLARGED, y / ENLARGED).0.map(|byte| shown(byte).min(255.0) as u8))
    })
}
// ANCHOR_END: lit

/// The picture as it is, as large as a lit one.
fn enlarged(image: &RgbImage) -> RgbImage {
    let (width, height) = (image.width() * ENLARGED, image.height() * ENLARGED);
    RgbImage::from_fn(width, height, |x, y| *image.get_pixel(x / ENLARGED, y / ENLARGED))
}

/// The mean of the four nearest numbers, each the more the nearer it is.
fn between(of: ArrayView2<'_, f32>, (y, x): (f32, f32)) -> f32 {
    let at = |row: f32, column: f32| {
        let within = |at: f32, size: usize| at.clamp(0.0, (size - 1) as f32) as usize;
        of[[within(row, of.nrows()), within(column, of.ncols())]]
    };
    let (top, left) = (y.floor(), x.floor());
    let (down, right) = (y - top, x - left);
    let upper = at(top, left) * (1.0 - right) + at(top, left + 1.0) * right;
    let lower = at(top + 1.0, left) * (1.0 - right) + at(top + 1.0, left + 1.0) * right;
    upper * (1.0 - down) + lower * down
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array1;

    #[test]
    fn the_place_that_is_looked_at_is_bright() {
        let image = RgbImage::from_pixel(32, 32, Rgb([100, 50, 0]));
        let mut shares = Array1::zeros(PLACES * PLACES);
        shares[PLACES + 2] = 0.9; // rows 4 to 7, columns 8 to 11
        let lit = lit(&image, shares.view());
        let light = |x: u32, y: u32| lit.get_pixel(x, y).0[0];
        assert!(light(80, 48) > 150 && light(80, 200) == 30 && light(200, 48) == 30);
        assert_eq!(enlarged(&image).dimensions(), lit.dimensions());
    }
}
