//! The network reads a picture of the reader's.

use std::path::PathBuf;

use clap::Args;
use common::data::picture;
use common::flags::{self, OutFlag};
use common::metrics::classes;
use common::plot::{Align, Area, Drawn, GREY, INK, PALETTE, bold, label, points, text};
use common::program::Figures;
use common::{Error, Result};
use image::{Rgb, RgbImage, imageops};
use ndarray::Array2;
use plotters::prelude::*;

use crate::ink::{self, Seen};
use crate::sample_net::SampleNet;

/// The ten probabilities for what was seen.
pub fn probabilities(net: &SampleNet, seen: &Seen) -> Vec<f32> {
    let x = seen.pixels.mapv(|byte| f32::from(byte) / 255.0);
    let x = x.to_shape((1, x.len())).expect("28×28 pixels are one row of 784");
    net.predict(x.view()).into_raw_vec_and_offset().0
}

/// The flags of `classify`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// A picture of one digit, PNG or JPEG
    #[arg(value_parser = flags::path())]
    file: PathBuf,
    /// Read with these weights (.npz) instead of those that come with the book
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    weights: Option<PathBuf>,
    #[command(flatten)]
    out: OutFlag,
}

/// Reads the digit in the picture `file`, prints how sure the network is of each of the ten, and
/// draws what it saw.
///
/// # Errors
/// If the picture or the weights cannot be read, nothing is drawn on it, or the figure cannot be
/// written.
pub fn run(Flags { file, weights, .. }: &Flags, figures: &Figures) -> Result<()> {
    let net = SampleNet::load(weights.as_deref())?;
    let picture = picture::read(file)?;
    let seen = ink::see(&picture).map_err(|e| Error::format(file, e.to_string()))?;
    let probabilities = probabilities(&net, &seen);
    let (rows, columns) = seen.extent;
    let tone = if seen.light_on_dark { "light on dark" } else { "dark on light" };
    println!("picture: {}×{}, {tone}", picture.width(), picture.height());
    println!("ink: {columns}×{rows} pixels, brought to 28×28");
    for (digit, p) in probabilities.iter().enumerate() {
        let bar = "█".repeat((40.0 * p).round() as usize);
        println!("{}", format!("{digit} {p:.4} {bar}").trim_end());
    }
    let row = Array2::from_shape_fn((1, 10), |(_, digit)| probabilities[digit]);
    println!("answer: {}", classes(&row.into_dyn())[0]);
    figures.draw("classify.png", (760, 290), |area| draw(area, &picture, &seen, &probabilities))
}

/// The picture, what the network saw of it, and what it answers, side by side.
fn draw(area: &Area<'_>, picture: &RgbImage, seen: &Seen, probabilities: &[f32]) -> Drawn {
    let titles =
        [("The picture", 130.0), ("What the network sees", 380.0), ("What it answers", 630.0)];
    for (title, x) in titles {
        label(area, title, (x, 20.0), &bold(15.0), Align::Center)?;
    }
    paint(area, picture, 22.0)?;
    let (height, width) = seen.pixels.dim();
    let gray = RgbImage::from_fn(width as u32, height as u32, |x, y| {
        Rgb([255 - seen.pixels[[y as usize, x as usize]]; 3])
    });
    paint(area, &gray, 268.0)?;
    bars(area, probabilities)
}

/// The place of a picture, in points.
const SIDE: f64 = 224.0;
const TOP: f64 = 44.0;

/// A picture in the middle of a square, its upper left corner `x` points from the left.
fn paint(area: &Area<'_>, picture: &RgbImage, x: f64) -> Drawn {
    let side = points(SIDE);
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let scale = side / width.max(height);
    let (w, h) = ((width * scale).max(1.0) as u32, (height * scale).max(1.0) as u32);
    let scaled = match scale < 1.0 {
        true => imageops::thumbnail(picture, w, h),
        false => imageops::resize(picture, w, h, imageops::FilterType::Nearest),
    };
    let left = (points(x) + (side - f64::from(w)) / 2.0) as i32;
    let top = (points(TOP) + (side - f64::from(h)) / 2.0) as i32;
    if let Some(bitmap) = BitMapElement::with_owned_buffer((left, top), (w, h), scaled.into_raw()) {
        area.draw(&bitmap)?;
    }
    let frame = [(left, top), (left + w as i32, top + h as i32)];
    Ok(area.draw(&Rectangle::new(frame, INK.mix(0.5).stroke_width(points(0.5) as u32)))?)
}

/// A bar for each digit, the largest in another colour, with its percentage.
fn bars(area: &Area<'_>, probabilities: &[f32]) -> Drawn {
    const LEFT: f64 = 538.0;
    const FULL: f64 = 150.0;
    let row = SIDE / 10.0;
    let largest = probabilities.iter().copied().fold(0.0, f32::max);
    for (digit, &p) in probabilities.iter().enumerate() {
        let middle = TOP + row * (digit as f64 + 0.5);
        let best = p == largest;
        let words = if best { bold(12.5) } else { text(12.5) };
        label(area, &digit.to_string(), (LEFT - 12.0, middle), &words, Align::Center)?;
        let bar = |length: f64, color: RGBColor| {
            let y = |edge: f64| points(middle + edge * 0.36 * row) as i32;
            let corners = [(points(LEFT) as i32, y(-1.0)), (points(LEFT + length) as i32, y(1.0))];
            Rectangle::new(corners, color.filled())
        };
        area.draw(&bar(FULL, GREY))?;
        area.draw(&bar(FULL * f64::from(p), PALETTE[usize::from(best)]))?;
        let percent = format!("{:.1} %", 100.0 * p);
        label(area, &percent, (LEFT + FULL + 8.0, middle), &words, Align::Left)?;
    }
    Ok(())
}
