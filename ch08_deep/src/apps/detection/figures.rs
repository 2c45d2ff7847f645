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

    /// Rectangles around the digits that were found, and beside each which, and how sure the network
    /// is; `picture` has the width and height of the picture in points.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn detections(&self, area: &Area<'_>, picture: (f64, f64), found: &[Detection]) -> Drawn {
        // The surest in front, and words in front of all rectangles.
        for found in found.iter().rev() {
            self.frame(area, &found.place, color(found.label), 1.5)?;
        }
        let mut taken: Vec<BoundingBox> = Vec::new();
        for found in found {
            let words = format!("{} {:.0} %", found.label, 100.0 * found.score);
            let ground = self.ground(picture, &found.place, words.chars().count(), &taken);
            taken.push(ground);
            sign(area, &ground, color(found.label), &words)?;
        }
        Ok(())
    }

    /// Where words fit that tell what is in a rectangle: over it, under it, or in its corners, within the
    /// picture and not over other words, if there is such a place.
    fn ground(
        &self,
        (width, height): (f64, f64),
        place: &BoundingBox,
        letters: usize,
        taken: &[BoundingBox],
    ) -> BoundingBox {
        const HIGH: f32 = 14.0;
        let wide = 6.2 * letters as f32 + 3.0;
        let scaled = |pixel: f32| pixel * self.scale as f32;
        let (corner_x, corner_y) = (self.corner.0 as f32, self.corner.1 as f32);
        let rows = [scaled(place.top) - HIGH - 1.5, scaled(place.bottom) + 1.5, scaled(place.top)];
        let columns = [scaled(place.left) - 1.5, scaled(place.right) + 1.5 - wide];
        let all = rows.iter().flat_map(|&top| columns.map(|left| (left, top)));
        let mut all = all.map(|(left, top)| {
            let left = corner_x + left.min(width as f32 - wide).max(0.0);
            let top = corner_y + top.min(height as f32 - HIGH).max(0.0);
            BoundingBox::new(left, top, left + wide, top + HIGH)
        });
        let first = all.clone().next();
        let free = all.find(|ground| taken.iter().all(|other| ground.iou(other) == 0.0));
        free.or(first).expect("six places")
    }
}

/// Words on a coloured ground.
fn sign(area: &Area<'_>, ground: &BoundingBox, color: RGBColor, words: &str) -> Drawn {
    let at = |x: f32, y: f32| (points(f64::from(x)) as i32, points(f64::from(y)) as i32);
    let corners = [at(ground.left, ground.top), at(ground.right, ground.bottom)];
    area.draw(&Rectangle::new(corners, color.filled()))?;
    let (x, y) = ground.center();
    let style = bold(11.0).color(&WHITE);
    label(area, words, (f64::from(x), f64::from(y)), &style, Align::Center)
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

/// The number of the first scene with at least three digits; of the first if there is none.
pub fn several(scenes: &[Scene]) -> usize {
    scenes.iter().position(|scene| scene.digits.len() >= 3).unwrap_or(0)
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
        let rows = scene.image.nrows() as f64;
        place.detections(area, (side, rows * place.scale), found)?;
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
        let (rows, columns) = self.objectness.dim();
        let heat = RgbImage::from_fn(columns as u32, rows as u32, |x, y| {
            let share = self.objectness[[y as usize, x as usize]];
            let RGBColor(red, green, blue) = height(f64::from(share));
            Rgb([red, green, blue])
        });
        let scene = || grey(&self.scene.image);
        panels(
            area,
            &[
                Panel { frames: &self.anchors, ..Panel::new("anchors that fit", scene()) },
                Panel::new("is there a digit?", heat),
                Panel { frames: &self.proposals, ..Panel::new("proposals", scene()) },
                Panel { found: &self.found, ..Panel::new("found", scene()) },
            ],
        )
    }
}

/// One of several pictures side by side.
pub struct Panel<'a> {
    /// What stands above it.
    pub name: &'a str,
    /// The picture, a square.
    pub image: RgbImage,
    /// Rectangles in it, in several colours.
    pub frames: &'a [BoundingBox],
    /// What was found in it.
    pub found: &'a [Detection],
}

impl<'a> Panel<'a> {
    /// A picture with nothing in it yet.
    pub fn new(name: &'a str, image: RgbImage) -> Self {
        Self { name, image, frames: &[], found: &[] }
    }
}

/// The side of each of `count` squares that share `width` points.
fn panel_side(width: f64, count: usize) -> f64 {
    (width - GAP) / count as f64 - GAP
}

/// Pictures side by side.
///
/// # Errors
/// If plotters cannot draw it.
pub fn panels(area: &Area<'_>, all: &[Panel<'_>]) -> Drawn {
    let (width, _) = area.dim_in_pixel();
    let side = panel_side(f64::from(width) / points(1.0), all.len());
    for (i, panel) in all.iter().enumerate() {
        let x = GAP + i as f64 * (side + GAP);
        label(area, panel.name, (x + side / 2.0, 14.0), &bold(12.0), Align::Center)?;
        let scale = side / f64::from(panel.image.width());
        let place = Place { corner: (x, NAME + 6.0), scale };
        place.picture(area, &panel.image)?;
        for (k, frame) in panel.frames.iter().enumerate() {
            place.frame(area, frame, PALETTE[k % 6], 0.75)?;
        }
        place.detections(area, (side, side), panel.found)?;
    }
    Ok(())
}

/// The size of a figure of `count` pictures side by side, `width` points wide.
pub fn panels_size(width: u32, count: usize) -> (u32, u32) {
    (width, (NAME + 6.0 + panel_side(f64::from(width), count) + GAP).ceil() as u32)
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
    for found in found.iter().rev() {
        place.frame(area, &found.place, color(found.label), 1.5)?;
        let ground = place.ground((width - 2.0 * left, height - 2.0 * GAP), &found.place, 1, &[]);
        sign(area, &ground, color(found.label), &found.label.to_string())?;
    }
    Ok(())
}

/// The size of the figure of a sheet, 760 points wide.
pub fn sheet_size(picture: &RgbImage) -> (u32, u32) {
    let scale = (760.0 - 2.0 * GAP) / f64::from(picture.width());
    let height = (scale * f64::from(picture.height())).min(900.0);
    (760, (height + 2.0 * GAP).ceil() as u32)
}
