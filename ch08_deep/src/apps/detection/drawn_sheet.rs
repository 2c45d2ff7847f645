//! A sheet of numbers drawn from the built-in digits: dark ink on light paper, unevenly lit.

use std::io::{Cursor, Write};
use std::path::PathBuf;

use clap::Args;
use common::data::digits;
use common::flags::{self, SeedFlag};
use common::random::{Rng, distributions::StandardNormal, generator, seq::IteratorRandom};
use common::store::files;
use common::{Error, Result};
use image::imageops::{FilterType, resize};
use image::{GrayImage, ImageFormat, Rgb, RgbImage};

/// What stands on the sheet: digits, the left upper corner of the first, and the side of each digit's
/// square, of which 20/28 are ink.
pub const NUMBERS: [(&[u8], (u32, u32), u32); 6] = [
    (&[1, 8, 1, 5], (40, 30), 84),
    (&[4, 2], (420, 44), 78),
    (&[7], (60, 160), 90),
    (&[3, 6, 0], (230, 172), 80),
    (&[9, 0, 2, 5], (40, 290), 82),
    (&[6, 7], (430, 286), 88),
];
/// Width and height of the sheet.
const SIZE: (u32, u32) = (640, 410);
/// Room between two digits of a number, as a share of a digit's square.
const ROOM: f32 = 0.25;
/// How light paper is on the left and on the right, and how much of that ink takes away.
const PAPER: (f32, f32) = (236.0, 190.0);
const INK: f32 = 0.8;
/// Standard deviation of the noise.
const NOISE: f32 = 2.0;
/// Digits to choose from.
const DRAWN: usize = 500;

/// The flags of `detect draw-sheet`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// The picture to write, PNG or JPEG
    #[arg(value_name = "FILE", value_parser = flags::path())]
    file: PathBuf,
    #[command(flatten)]
    seed: SeedFlag,
}

/// The sheet with these numbers on it.
pub fn draw(seed: u64) -> RgbImage {
    let rng = &mut generator(seed);
    let drawn = digits::draw(seed, DRAWN);
    let mut ink = GrayImage::new(SIZE.0, SIZE.1);
    for (number, (mut left, top), side) in NUMBERS {
        for label in number {
            let alike = (0..DRAWN).filter(|&n| drawn.labels[n] == *label);
            let Some(chosen) = alike.choose(rng) else { continue };
            let pixel = |x: u32, y: u32| drawn.images[[chosen, 0, y as usize, x as usize]];
            let digit = GrayImage::from_fn(28, 28, |x, y| image::Luma([pixel(x, y)]));
            let digit = resize(&digit, side, side, FilterType::CatmullRom);
            let inked = digit.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] > 0);
            let first = inked.clone().map(|(x, _, _)| x).min().unwrap_or(0);
            let last = inked.clone().map(|(x, _, _)| x).max().unwrap_or(0);
            for (x, y, pixel) in inked {
                ink.put_pixel(left + x - first, top + y, *pixel);
            }
            left += last - first + (ROOM * side as f32) as u32;
        }
    }
    RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let across = x as f32 / SIZE.0 as f32;
        let light = PAPER.0 + (PAPER.1 - PAPER.0) * across;
        let noise: f32 = rng.sample::<f32, _>(StandardNormal) * NOISE;
        let dark = light * (1.0 - INK * f32::from(ink.get_pixel(x, y).0[0]) / 255.0) + noise;
        Rgb([dark, 0.99 * dark, 0.95 * dark].map(|part| part.clamp(0.0, 255.0) as u8))
    })
}

/// Draws a sheet and writes it.
///
/// # Errors
/// If the file cannot be written, or its name does not say which kind of picture it should be.
pub fn run(flags: &Flags) -> Result<()> {
    let file = &flags.file;
    let known = [ImageFormat::Png, ImageFormat::Jpeg];
    let format = ImageFormat::from_path(file).ok().filter(|format| known.contains(format));
    let format =
        format.ok_or_else(|| Error::format(file, "choose a name that ends in .png or .jpg"))?;
    let mut bytes = Cursor::new(Vec::new());
    let written = draw(flags.seed.seed).write_to(&mut bytes, format);
    written.map_err(|e| Error::format(file, format!("cannot be written: {e}")))?;
    files::replace(file, |file| file.write_all(bytes.get_ref()))?;
    println!("picture: {}", file.display());
    Ok(())
}
