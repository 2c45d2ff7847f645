//! Reading the reader's own picture, whatever it is.

use std::io::{BufRead, Seek};
use std::path::Path;

use common::store::files;
use common::{Error, Result};
use image::{
    ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage,
    RgbaImage, imageops,
};

/// A picture that would take more bytes while it is unpacked is refused before room is made for it:
/// a file of a few kilobytes may claim to hold billions of pixels.
const MOST_BYTES: u64 = 230_000_000;
/// The longer side of what is kept: far more than 28 pixels need.
const LONGER_SIDE: u32 = 1000;

/// The picture in `path` (PNG or JPEG) as it looks on white paper, upright, and not larger than
/// 1000×1000.
///
/// # Errors
/// If it cannot be read, is no PNG or JPEG, is broken, or is too large.
pub fn read(path: &Path) -> Result<RgbImage> {
    read_from(files::open(path, "a picture")?, path)
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
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    decode(reader).map_err(|problem| Error::format(path, problem))
}

fn decode(reader: ImageReader<impl BufRead + Seek>) -> Result<RgbImage, String> {
    let broken = |e: ImageError| match e {
        ImageError::Unsupported(_) => format!("is not a PNG or JPEG picture: {e}"),
        _ => format!("cannot be read as a picture: {e}"),
    };
    let jpeg = reader.format() == Some(ImageFormat::Jpeg);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let most_pixels = MOST_BYTES / bytes_per_pixel(decoder.color_type(), jpeg);
    if u64::from(width) * u64::from(height) > most_pixels {
        return Err(format!(
            "has {width}×{height} pixels; make it smaller than {} million",
            most_pixels / 1_000_000
        ));
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    let image = match image.color().has_alpha() {
        true => flat(image.into_rgba8()),
        false => image.into_rgb8(),
    };
    let mut image = DynamicImage::from(shrink(image));
    image.apply_orientation(orientation); // a telephone held sideways
    Ok(image.into_rgb8())
}

/// What decoding takes: the pixels as they are stored, those that we turn them into, and for a JPEG
/// that comes as a coarse picture first the numbers of all its waves, two bytes for each.
fn bytes_per_pixel(color: ColorType, jpeg: bool) -> u64 {
    let stored = u64::from(color.bytes_per_pixel());
    let turned = match color {
        ColorType::Rgb8 | ColorType::Rgba8 => 0,
        _ if color.has_alpha() => 4,
        _ => 3,
    };
    let waves = if jpeg { 2 * u64::from(color.channel_count()) } else { 0 };
    stored + turned + waves
}

/// What lies under a picture that is transparent in places: white paper, or black if the ink is
/// white and would be lost. Large pictures are flattened in their place.
fn flat(picture: RgbaImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let paper = if is_plain(&picture) { 0 } else { 255 };
    let mut bytes = picture.into_raw();
    let pixels = bytes.len() / 4;
    for i in 0..pixels {
        let pixel = on(paper, [0, 1, 2, 3].map(|channel| bytes[4 * i + channel]));
        bytes[3 * i..3 * i + 3].copy_from_slice(&pixel);
    }
    bytes.truncate(3 * pixels);
    RgbImage::from_raw(width, height, bytes).expect("three bytes for each pixel")
}

/// A pixel of a picture that lies on paper.
fn on(paper: u8, pixel: [u8; 4]) -> [u8; 3] {
    let [r, g, b, alpha] = pixel.map(u32::from);
    [r, g, b].map(|c| ((c * alpha + u32::from(paper) * (255 - alpha)) / 255) as u8)
}

/// Whether all pixels have about the same colour on white paper.
fn is_plain(picture: &RgbaImage) -> bool {
    let mut pixels = picture.pixels().map(|pixel| on(255, pixel.0));
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
