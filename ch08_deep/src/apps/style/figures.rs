//! Figures of style transfer: pictures side by side, as smooth as they are.

use common::plot::{Align, Area, Drawn, RgbImage, bold, label, picture, points, text};
use image::imageops::{FilterType, resize};

/// Pictures in rows, with a few words under each.
pub struct Wall {
    /// What the figure shows.
    pub title: String,
    /// The pictures of each row, with what is written under them.
    pub rows: Vec<Vec<(RgbImage, String)>>,
}

/// Around all pictures and between two; what a line of words takes; in points.
const MARGIN: f64 = 14.0;
const GAP: f64 = 10.0;
const LINE: f64 = 24.0;

impl Wall {
    /// The size in points of a figure that is `width` points wide.
    pub fn size(&self, width: u32) -> (u32, u32) {
        let rows: f64 = self.rows.iter().map(|row| height(row, f64::from(width)) + LINE).sum();
        (width, (2.0 * MARGIN + LINE + rows).ceil() as u32)
    }

    /// Draws it all, as wide as `area` is.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn draw(&self, area: &Area<'_>) -> Drawn {
        let width = f64::from(area.dim_in_pixel().0) / points(1.0);
        label(area, &self.title, (width / 2.0, MARGIN + 5.0), &bold(14.0), Align::Center)?;
        let mut top = MARGIN + LINE;
        for row in &self.rows {
            let (side, height) = (side(row, width), height(row, width));
            for (column, (image, caption)) in row.iter().enumerate() {
                let left = MARGIN + column as f64 * (side + GAP);
                let longer = image.width().max(image.height()).max(1);
                let scale = points(side.min(height.max(side))) as u32;
                let fit = |n: u32| (n * scale / longer).max(1) / 2 * 2;
                let large =
                    resize(image, fit(image.width()), fit(image.height()), FilterType::CatmullRom);
                // `picture` centres in a square; the row is as high as its highest picture.
                picture(area, &large, (left, top - (side - height) / 2.0), side, false)?;
                let below = (left + side / 2.0, top + height + 11.0);
                label(area, caption, below, &text(12.0), Align::Center)?;
            }
            top += height + LINE;
        }
        Ok(())
    }
}

/// How wide a picture of a row is, in points.
fn side(row: &[(RgbImage, String)], width: f64) -> f64 {
    let columns = row.len().max(1) as f64;
    (width - 2.0 * MARGIN - (columns - 1.0) * GAP) / columns
}

/// How high the highest is.
fn height(row: &[(RgbImage, String)], width: f64) -> f64 {
    let share = |image: &RgbImage| {
        f64::from(image.height()) / f64::from(image.width().max(image.height()).max(1))
    };
    side(row, width) * row.iter().map(|(image, _)| share(image)).fold(0.0, f64::max)
}
