//! Figures of segmentations: rows of small pictures, and what the colours mean.

use common::plot::{Align, Area, Drawn, INK, Rgb, RgbImage, bold, label, picture, points, text};
use ndarray::{ArrayView2, ArrayView3};
use plotters::prelude::*;

/// Rows of pictures of one size under each other, each row with its name, and a legend.
#[derive(Clone, Debug)]
pub struct Strips {
    /// What the figure shows.
    pub title: String,
    /// Names of rows, and their pictures from left to right.
    pub rows: Vec<(String, Vec<RgbImage>)>,
    /// A few words under each column; may be empty.
    pub captions: Vec<String>,
    /// The column with a frame that makes it stand out.
    pub highlight: Option<usize>,
    /// Names and colours of classes.
    pub legend: Vec<(String, [u8; 3])>,
}

/// Between the pictures and the figure's edge, what names of rows take, what is between pictures, what a
/// line of words takes; in points.
const MARGIN: f64 = 12.0;
const NAMES: f64 = 72.0;
const GAP: f64 = 5.0;
const LINE: f64 = 22.0;

impl Strips {
    /// The size in points of a figure that is `width` points wide.
    pub fn size(&self, width: u32) -> (u32, u32) {
        let pictures = self.rows.len() as f64 * (self.height(f64::from(width)) + GAP);
        let below = [!self.captions.is_empty(), !self.legend.is_empty()];
        let lines = 1.0 + below.iter().filter(|&&there| there).count() as f64;
        (width, (2.0 * MARGIN + pictures + lines * LINE).ceil() as u32)
    }

    /// Draws it all, as wide as `area` is.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn draw(&self, area: &Area<'_>) -> Drawn {
        let width = f64::from(area.dim_in_pixel().0) / points(1.0);
        let (side, height) = (self.side(width), self.height(width));
        label(area, &self.title, (width / 2.0, MARGIN + 4.0), &bold(14.0), Align::Center)?;
        let mut top = MARGIN + LINE;
        for (name, pictures) in &self.rows {
            let at = (MARGIN + NAMES - 10.0, top + height / 2.0);
            label(area, name, at, &text(12.0), Align::Right)?;
            for (column, image) in pictures.iter().enumerate() {
                let left = MARGIN + NAMES + column as f64 * (side + GAP);
                // `picture` centres in a square; a wide picture stands in its middle.
                let at = (left, top - (side.max(height) - height) / 2.0);
                picture(area, image, at, side.max(height), self.highlight == Some(column))?;
            }
            top += height + GAP;
        }
        for (column, caption) in self.captions.iter().enumerate() {
            let middle = MARGIN + NAMES + column as f64 * (side + GAP) + side / 2.0;
            label(area, caption, (middle, top + 6.0), &text(12.0), Align::Center)?;
        }
        if !self.captions.is_empty() {
            top += LINE;
        }
        self.draw_legend(area, (MARGIN + NAMES, top + 10.0), width - MARGIN)
    }

    fn draw_legend(&self, area: &Area<'_>, (left, y): (f64, f64), right: f64) -> Drawn {
        let each = (right - left) / self.legend.len().max(1) as f64;
        for (i, (name, color)) in self.legend.iter().enumerate() {
            let x = left + i as f64 * each;
            let corner = |x: f64, y: f64| (points(x) as i32, points(y) as i32);
            let square = [corner(x, y - 6.0), corner(x + 12.0, y + 6.0)];
            let [r, g, b] = *color;
            area.draw(&Rectangle::new(square, RGBColor(r, g, b).filled()))?;
            area.draw(&Rectangle::new(square, INK.stroke_width(2)))?;
            label(area, name, (x + 17.0, y), &text(11.5), Align::Left)?;
        }
        Ok(())
    }

    /// The width of a picture, in points.
    fn side(&self, width: f64) -> f64 {
        let columns = self.rows.iter().map(|(_, row)| row.len()).max().unwrap_or(1).max(1) as f64;
        (width - 2.0 * MARGIN - NAMES - (columns - 1.0) * GAP) / columns
    }

    /// The height of a picture, in points.
    fn height(&self, width: f64) -> f64 {
        let first = self.rows.iter().find_map(|(_, row)| row.first());
        let share = first.map_or(1.0, |image| f64::from(image.height()) / f64::from(image.width()));
        self.side(width) * share
    }
}

/// A picture C×H×W from 0 to 1: three channels are colours; one is light, shown as ink on paper.
pub fn photograph(image: ArrayView3<'_, f32>) -> RgbImage {
    let (channels, height, width) = image.dim();
    RgbImage::from_fn(width as u32, height as u32, |x, y| {
        let byte = |c: usize| (image[[c, y as usize, x as usize]] * 255.0).round() as u8;
        Rgb(if channels == 3 { [byte(0), byte(1), byte(2)] } else { [255 - byte(0); 3] })
    })
}

/// Classes H×W in their colours.
pub fn coloured(classes: ArrayView2<'_, u8>, palette: &[[u8; 3]]) -> RgbImage {
    let (height, width) = classes.dim();
    RgbImage::from_fn(width as u32, height as u32, |x, y| {
        Rgb(palette[usize::from(classes[[y as usize, x as usize]])])
    })
}
