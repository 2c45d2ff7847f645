//! Reading the reader's own picture, whatever it is.

use std::fs::File;
use std::io::{BufRead, BufReader, Seek};
use std::path::Path;

use common::{Error, Result};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, Rgb, RgbImage, RgbaImage, imageops,
};

/// More pixels than this are refused before room is made for them: a file of a few kilobytes may
/// claim to hold billions.
const MOST_PIXELS: u64 = 50_000_000;
/// The longer side of what is kept: far more than 28 pixels need.
const LONGER_SIDE: u32 = 1000;

/// The picture in `path` (PNG or JPEG) as it looks on white paper, upright, and not larger than
/// 1000×1000.
///
/// # Errors
/// If it cannot be read, is no PNG or JPEG, is broken, or has more than 50 million pixels.
pub fn read(path: &Path) -> Result<RgbImage> {
    if path.is_dir() {
        return Err(Error::format(path, "is a folder; name a picture"));
    }
    let file = File::open(path).map_err(Error::io("read", path))?;
    read_from(BufReader::new(file), path)
}

/// The same from bytes that are already there; errors call them `path`.
///
/// # Errors
/// As [`read`].
pub fn read_from(source: impl BufRead + Seek, path: &Path) -> Result<RgbImage> {
    let mut reader =
        ImageReader::new(source).with_guessed_format().map_err(Error::io("read", path))?;
    if reader.format().is_none() {
        return Err(Error::format(path, "is not a PNG or JPEG picture"));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(8 * MOST_PIXELS); // four channels of two bytes
    reader.limits(limits);
    decode(reader).map_err(|problem| Error::format(path, problem))
}

fn decode(reader: ImageReader<impl BufRead + Seek>) -> Result<RgbImage, String> {
    let broken = |e: ImageError| match e {
        ImageError::Unsupported(_) => format!("is not a PNG or JPEG picture: {e}"),
        _ => format!("cannot be read as a picture: {e}"),
    };
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!(
            "has {width}×{height} pixels; make it smaller than {} million",
            MOST_PIXELS / 1_000_000
        ));
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    image.apply_orientation(orientation); // a telephone held sideways
    Ok(shrink(flat(&image.into_rgba8())))
}

/// What lies under a picture that is transparent in places: white paper, or black if the ink is
/// white and would be lost.
fn flat(picture: &RgbaImage) -> RgbImage {
    let white = on(picture, 255);
    if is_plain(&white) { on(picture, 0) } else { white }
}

fn on(picture: &RgbaImage, paper: u8) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b, alpha] = picture[(x, y)].0.map(u32::from);
        let blend = |c| ((c * alpha + u32::from(paper) * (255 - alpha)) / 255) as u8;
        Rgb([r, g, b].map(blend))
    })
}

/// Whether all pixels have about the same colour.
fn is_plain(picture: &RgbImage) -> bool {
    let mut pixels = picture.pixels();
    let Some(first) = pixels.next() else { return true };
    pixels.all(|pixel| (0..3).all(|c| pixel[c].abs_diff(first[c]) < 8))
}

fn shrink(picture: RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let longer = width.max(height);
    if longer <= LONGER_SIDE {
        return picture;
    }
    // In 64 bits: a side of millions times a thousand overflows 32.
    let side = |n: u32| (u64::from(n) * u64::from(LONGER_SIDE) / u64::from(longer)).max(1) as u32;
    imageops::thumbnail(&picture, side(width), side(height)) // every pixel counts in the mean
}
