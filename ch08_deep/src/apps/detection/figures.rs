//! What the detector sees, proposes and answers, drawn.

use common::bounding_box::BoundingBox;
use common::data::scenes::Scene;
use common::plot::{
    Align, Area, Drawn, LineChart, PALETTE, Series, Stroke, bold, height, label, points, text,
};
use image::{Rgb, RgbImage, imageops};
use ndarray::Array2;
use plotters::prelude::*;

use super::average_precision::{Truth, mean_curve};
use super::suppression::Detection;

/// Room between pictures and around them, in points.
const GAP: f64 = 12.0;
/// What a title takes, in points.
const TITLE: f64 = 34.0;
/// A picture's title, in points.
const NAME: f64 = 22.0;

/// A picture in a figure: where its corner is, and how many points a pixel takes.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The corner, in points from the figure's.
    pub corner: (f64, f64),
    /// Points of a pixel.
    pub scale: f64,
}

impl Place {
    /// A picture with its pixels.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn picture(&self, area: &Area<'_>, image: &RgbImage) -> Drawn {
        let size = |n: u32| (points(f64::from(n) * self.scale)).round().max(1.0) as u32;
        let (width, height) = (size(image.width()), size(image.height()));
        let scaled = match self.scale < 0.25 {
            true => imageops::thumbnail(image, width, height),
            false => imageops::resize(image, width, height, imageops::FilterType::Nearest),
        };
        let corner = (points(self.corner.0) as i32, points(self.corner.1) as i32);
        match BitMapElement::with_owned_buffer(corner, (width, height), scaled.into_raw()) {
            Some(bitmap) => Ok(area.draw(&bitmap)?),
            None => Ok(()),
        }
    }

    /// A rectangle around something in the picture.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn frame(
        &self,
        area: &Area<'_>,
        place: &BoundingBox,
        color: RGBColor,
        width: f64,
    ) -> Drawn {
        // Several lines of one point each: plotters' wide lines leave their corners open.
        let at = |x: f32, y: f32| {
            let point = |start: f64, pixel: f32| points(start + f64::from(pixel) * self.scale);
            (point(self.corner.0, x) as i32, point(self.corner.1, y) as i32)
        };
        for i in 0..points(width) as i32 {
            let ((left, top), (right, bottom)) =
                (at(place.left, place.top), at(place.right, place.bottom));
            let corners = [(left - i, top - i), (right + i, bottom + i)];
            area.draw(&Rectangle::new(corners, color.stroke_width(1)))?;
        }
        Ok(())
    }

    /// A rectangle around a digit that was found, and over it which, and how sure the network is.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn detection(&self, area: &Area<'_>, found: &Detection) -> Drawn {
        self.named(area, found, &format!("{} {:.0} %", found.label, 100.0 * found.score))
    }

    /// A rectangle around a digit that was found, and these words over it.
    fn named(&self, area: &Area<'_>, found: &Detection, words: &str) -> Drawn {
        let color = color(found.label);
        self.frame(area, &found.place, color, 1.5)?;
        let left = self.corner.0 + f64::from(found.place.left) * self.scale;
        let above = self.corner.1 + f64::from(found.place.top) * self.scale - 9.0;
        let below = self.corner.1 + f64::from(found.place.bottom) * self.scale + 9.0;
        let y = if above < self.corner.1 + 2.0 { below } else { above };
        let ground = (points(left - 1.5) as i32, points(y - 7.0) as i32);
        let width = 7.4 * words.chars().count() as f64 + 2.0;
        let end = (points(left + width) as i32, points(y + 7.0) as i32);
        area.draw(&Rectangle::new([ground, end], color.filled()))?;
        let style = bold(11.0).color(&WHITE);
        label(area, words, (left + 1.5, y), &style, Align::Left)
    }
}

/// Ten digits have seven colours: those that share one are told apart by their label.
fn color(label: u8) -> RGBColor {
    PALETTE[usize::from(label) % PALETTE.len()]
}

/// A scene as a picture: light ink on dark.
pub fn grey(image: &Array2<f32>) -> RgbImage {
    RgbImage::from_fn(image.ncols() as u32, image.nrows() as u32, |x, y| {
        Rgb([(255.0 * image[[y as usize, x as usize]]).round() as u8; 3])
    })
}

/// Scenes in rows of `columns`; where the digits are in thin white, what was found in colour.
///
/// # Errors
/// If plotters cannot draw it.
pub fn scenes(
    area: &Area<'_>,
    title: &str,
    columns: usize,
    all: &[(&Scene, &[Detection])],
) -> Drawn {
    let (width, _) = area.dim_in_pixel();
    let width = f64::from(width) / points(1.0);
    label(area, title, (width / 2.0, 18.0), &bold(15.0), Align::Center)?;
    let side = (width - GAP) / columns as f64 - GAP;
    for (i, (scene, found)) in all.iter().enumerate() {
        let (row, column) = ((i / columns) as f64, (i % columns) as f64);
        let corner = (GAP + column * (side + GAP), TITLE + row * (side + GAP));
        let place = Place { corner, scale: side / scene.image.ncols() as f64 };
        place.picture(area, &grey(&scene.image))?;
        for (truth, _) in &scene.digits {
            place.frame(area, truth, WHITE, 0.5)?;
        }
        for found in found.iter().rev() {
            place.detection(area, found)?;
        }
    }
    Ok(())
}

/// The size of a figure of so many scenes in rows of `columns`, `width` points wide.
pub fn scenes_size(width: u32, columns: usize, count: usize) -> (u32, u32) {
    let side = (f64::from(width) - GAP) / columns as f64 - GAP;
    let rows = count.div_ceil(columns) as f64;
    (width, (TITLE + rows * (side + GAP)).ceil() as u32)
}

/// What happens on the way from a scene to its digits.
pub struct Steps<'a> {
    /// The scene.
    pub scene: &'a Scene,
    /// For each place of the coarse maps, how sure the network is that one of its anchors covers a
    /// digit, from 0 to 1.
    pub objectness: Array2<f32>,
    /// The anchors that cover a digit best.
    pub anchors: Vec<BoundingBox>,
    /// What the network proposes.
    pub proposals: Vec<BoundingBox>,
    /// What it finds.
    pub found: Vec<Detection>,
}

impl Steps<'_> {
    /// Four pictures side by side.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn draw(&self, area: &Area<'_>) -> Drawn {
        let (width, _) = area.dim_in_pixel();
        let width = f64::from(width) / points(1.0);
        let side = (width - GAP) / 4.0 - GAP;
        let names = ["anchors that fit", "is there a digit?", "proposals", "found"];
        let grey = grey(&self.scene.image);
        for (i, name) in names.into_iter().enumerate() {
            let x = GAP + i as f64 * (side + GAP);
            label(area, name, (x + side / 2.0, 14.0), &bold(12.0), Align::Center)?;
            let place = Place { corner: (x, NAME + 6.0), scale: side / f64::from(grey.width()) };
            match i {
                1 => {
                    let (rows, columns) = self.objectness.dim();
                    let heat = RgbImage::from_fn(columns as u32, rows as u32, |x, y| {
                        let share = self.objectness[[y as usize, x as usize]];
                        let RGBColor(red, green, blue) = height(f64::from(share));
                        Rgb([red, green, blue])
                    });
                    Place { scale: side / columns as f64, ..place }.picture(area, &heat)?;
                }
                _ => place.picture(area, &grey)?,
            }
            let frames = match i {
                0 => &self.anchors[..],
                2 => &self.proposals[..],
                _ => &[],
            };
            for (k, frame) in frames.iter().enumerate() {
                place.frame(area, frame, PALETTE[k % 6], 0.75)?;
            }
            if i == 3 {
                self.found.iter().try_for_each(|found| place.detection(area, found))?;
            }
        }
        Ok(())
    }

    /// The size of the figure, `width` points wide.
    pub fn size(width: u32) -> (u32, u32) {
        let side = (f64::from(width) - GAP) / 4.0 - GAP;
        (width, (NAME + 6.0 + side + GAP).ceil() as u32)
    }
}

/// Precision by recall, over all labels, at several thresholds.
///
/// # Errors
/// If plotters cannot draw it.
pub fn curves(area: &Area<'_>, found: &[Vec<Detection>], truths: &[Truth]) -> Drawn {
    let strokes = [Stroke::Solid, Stroke::Dashed, Stroke::Dotted];
    let thresholds = [0.5, 0.75, 0.9];
    let series = thresholds.iter().zip(strokes).enumerate().map(|(i, (&threshold, stroke))| {
        let curve = mean_curve(found, truths, threshold);
        let name = format!("IoU ≥ {threshold}: mAP {:.3}", curve.average_precision());
        let last = (curve.precision.len() - 1) as f64;
        let points = curve.precision.into_iter().enumerate();
        Series::line(&name, i, points.map(|(i, y)| (i as f64 / last, y))).stroke(stroke)
    });
    LineChart {
        title: "Precision by recall".to_string(),
        x_label: "recall: share of the digits that are found".to_string(),
        y_label: "precision: share of answers that are right".to_string(),
        series: series.collect(),
        ..LineChart::default()
    }
    .draw(area)
}

/// The reader's picture, and what was found on it.
///
/// # Errors
/// If plotters cannot draw it.
pub fn sheet(area: &Area<'_>, picture: &RgbImage, found: &[Detection]) -> Drawn {
    let (width, height) = area.dim_in_pixel();
    let (width, height) = (f64::from(width) / points(1.0), f64::from(height) / points(1.0));
    let room = |points: f64, pixels: u32| (points - 2.0 * GAP) / f64::from(pixels);
    let scale = room(width, picture.width()).min(room(height, picture.height()));
    let left = (width - scale * f64::from(picture.width())) / 2.0;
    let place = Place { corner: (left, GAP), scale };
    place.picture(area, picture)?;
    if found.is_empty() {
        return label(
            area,
            "nothing found",
            (width / 2.0, height - 6.0),
            &text(11.0),
            Align::Center,
        );
    }
    // Digits of a number stand close: there is no room for more words.
    found.iter().rev().try_for_each(|found| place.named(area, found, &found.label.to_string()))
}

/// The size of the figure of a sheet, 760 points wide.
pub fn sheet_size(picture: &RgbImage) -> (u32, u32) {
    let scale = (760.0 - 2.0 * GAP) / f64::from(picture.width());
    let height = (scale * f64::from(picture.height())).min(900.0);
    (760, (height + 2.0 * GAP).ceil() as u32)
}
