//! The reader's own picture, whatever it is.

use std::io::{BufRead, Cursor, Read, Seek};
use std::path::Path;

use image::codecs::jpeg::JpegDecoder;
use image::metadata::Orientation;
use image::{
    ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage,
    RgbaImage,
};

use super::jpeg;
use crate::store::files;
use crate::{Error, Result};

/// A picture that would take more bytes while it is unpacked is refused before room is made for it:
/// a file of a few kilobytes may claim to hold billions of pixels.
const MOST_BYTES: u64 = 230_000_000;
/// The longer side of what is kept: far more than 28 pixels need.
const LONGER_SIDE: u32 = 1000;
/// What is less opaque than this is looked through.
const OPAQUE: u8 = 128;
/// Colours that differ by less, of 255, are taken for one.
const ALIKE: u8 = 48;

/// The picture in `path` (PNG or JPEG) as it looks on paper, upright, and not larger than 1000×1000.
///
/// # Errors
/// If it cannot be read, is no PNG or JPEG, is cut short or damaged, or is too large.
pub fn read(path: &Path) -> Result<RgbImage> {
    read_from(files::open(path, "a picture")?, path)
}

/// A picture (PNG or JPEG) from bytes that are already there, as it looks on paper, upright, and not
/// larger than 1000×1000; errors call it `path`.
///
/// # Errors
/// If it cannot be read, is no PNG or JPEG, is cut short or damaged, or is too large.
pub fn read_from(source: impl BufRead + Seek, path: &Path) -> Result<RgbImage> {
    let mut reader =
        ImageReader::new(source).with_guessed_format().map_err(Error::io("read", path))?;
    reader.limits(limits());
    let picture = match reader.format() {
        Some(ImageFormat::Jpeg) => {
            let mut file = Vec::new();
            let mut source = reader.into_inner().take(MOST_BYTES);
            source.read_to_end(&mut file).map_err(Error::io("read", path))?;
            decode_jpeg(&file)
        }
        Some(ImageFormat::Png) => {
            reader.into_decoder().map_err(broken).and_then(|decoder| decode(decoder, 0))
        }
        // Another crate of the workspace may have asked `image` for more formats, so that it could
        // read them here too.
        Some(_) | None => Err("is not a PNG or JPEG picture".to_string()),
    };
    picture.map_err(|problem| Error::format(path, problem))
}

/// In one line what the crate `image` has to say.
fn broken(problem: ImageError) -> String {
    match problem {
        ImageError::Unsupported(_) => format!("is not a PNG or JPEG picture: {problem}"),
        _ => format!("cannot be read as a picture: {problem}"),
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    limits
}

/// Of a JPEG that is too large as it is, the picture at an eighth of its size is enough.
fn decode_jpeg(file: &[u8]) -> Result<RgbImage, String> {
    let whole = jpeg::Whole::check(file, MOST_BYTES)?;
    let mut decoder = JpegDecoder::new(Cursor::new(file)).map_err(broken)?;
    decoder.set_limits(limits()).map_err(broken)?;
    // For each channel the numbers of all waves, two bytes each, unless a line is done before the next.
    let channels = u64::from(decoder.color_type().channel_count());
    let waves = if whole.line_by_line { 0 } else { 2 * channels };
    let pixels = u64::from(whole.size.0) * u64::from(whole.size.1);
    match pixels * (channels + waves) > MOST_BYTES {
        true => match whole.eighth() {
            Some(eighth) => {
                let orientation = decoder.orientation().map_err(broken)?;
                Ok(upright(DynamicImage::from(eighth), orientation))
            }
            None => decode(decoder, waves),
        },
        false => {
            drop(whole);
            decode(decoder, waves)
        }
    }
}

/// The picture, if it and `more` bytes for each pixel are no more than there is room for.
fn decode(mut decoder: impl ImageDecoder, more: u64) -> Result<RgbImage, String> {
    let (width, height) = decoder.dimensions();
    let most_pixels = MOST_BYTES / (bytes_per_pixel(decoder.color_type()) + more);
    if u64::from(width) * u64::from(height) > most_pixels {
        return Err(format!(
            "has {width}×{height} pixels; make it smaller than {} million",
            most_pixels / 1_000_000
        ));
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    let image = match image.color().has_alpha() {
        true => DynamicImage::from(flat(stretched(image).into_rgba8())),
        false => image,
    };
    Ok(upright(image, orientation))
}

/// The pixels as they are stored, and those that they are turned into before they become fewer.
fn bytes_per_pixel(color: ColorType) -> u64 {
    let turned = if color.has_alpha() && color != ColorType::Rgba8 { 4 } else { 0 };
    u64::from(color.bytes_per_pixel()) + turned
}

/// Not larger than needed, and turned as a telephone held sideways says.
fn upright(image: DynamicImage, orientation: Orientation) -> RgbImage {
    let mut image = DynamicImage::from(stretched(shrunk(image)).into_rgb8());
    image.apply_orientation(orientation);
    image.into_rgb8()
}

fn shrunk(image: DynamicImage) -> DynamicImage {
    let longer = image.width().max(image.height());
    if longer <= LONGER_SIDE {
        return image;
    }
    // In 64 bits: a side of millions times a thousand overflows 32.
    let side = |n: u32| (u64::from(n) * u64::from(LONGER_SIDE) / u64::from(longer)).max(1) as u32;
    // Every pixel counts in the mean.
    image.thumbnail_exact(side(image.width()), side(image.height()))
}

/// Scanners and microscopes store numbers of 10 or 12 bits in 16, the upper of which are then 0: all
/// would be black. Here they take what room there is, but no more than 8 bits do.
fn stretched(mut image: DynamicImage) -> DynamicImage {
    let stretch = |values: &mut [u16], channels: usize, with_alpha: bool| {
        let colors = channels - usize::from(with_alpha);
        let mut shift = |of: &dyn Fn(usize) -> bool| {
            let chosen = |pixel: &[u16]| !with_alpha || pixel[colors] > 0;
            let pixels = values.chunks_exact(channels).filter(|pixel| chosen(pixel));
            let in_use =
                pixels.flat_map(|pixel| (0..channels).filter(|&c| of(c)).map(|c| pixel[c]));
            let most = in_use.max().unwrap_or(0);
            let by = most.leading_zeros().min(8);
            // What nobody sees may be larger than what is seen.
            let stretched = |v: u16| (u32::from(v) << by).min(u32::from(u16::MAX)) as u16;
            for pixel in values.chunks_exact_mut(channels) {
                (0..channels).filter(|&c| of(c)).for_each(|c| pixel[c] = stretched(pixel[c]));
            }
        };
        shift(&|channel| channel < colors);
        shift(&|channel| channel >= colors);
    };
    match &mut image {
        DynamicImage::ImageLuma16(image) => stretch(image, 1, false),
        DynamicImage::ImageLumaA16(image) => stretch(image, 2, true),
        DynamicImage::ImageRgb16(image) => stretch(image, 3, false),
        DynamicImage::ImageRgba16(image) => stretch(image, 4, true),
        _ => {}
    }
    image
}

/// What is transparent in places, on paper. Large pictures are flattened in their place.
fn flat(picture: RgbaImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let paper = Under::of(&picture);
    let mut bytes = picture.into_raw();
    let pixels = bytes.len() / 4;
    for i in 0..pixels {
        let pixel = paper.under([0, 1, 2, 3].map(|channel| bytes[4 * i + channel]));
        bytes[3 * i..3 * i + 3].copy_from_slice(&pixel);
    }
    bytes.truncate(3 * pixels);
    RgbImage::from_raw(width, height, bytes).expect("three bytes for each pixel")
}

/// What lies under a picture that is transparent in places.
struct Under {
    color: [u8; 3],
    /// Whether the picture has its own paper, and transparent is what is not of it: round corners, the
    /// shadow of a window.
    around: bool,
}

impl Under {
    /// A picture that fills its place, and in which there is more than one colour, goes on in the
    /// colour that it mostly has. Of anything else what can be seen is ink, which lies on white paper
    /// if it is dark, and on black if it is light.
    fn of(picture: &RgbaImage) -> Self {
        let opaque = || picture.enumerate_pixels().filter(|(.., pixel)| pixel[3] >= OPAQUE);
        let usual = usual_color(opaque().map(|(.., pixel)| [pixel[0], pixel[1], pixel[2]]));
        let other = |pixel: &[u8; 4]| (0..3).any(|c| pixel[c].abs_diff(usual[c]) >= ALIKE);
        let (mut count, mut others) = (0_u64, 0_u64);
        let [mut left, mut top, mut right, mut bottom] = [u32::MAX, u32::MAX, 0, 0];
        for (x, y, pixel) in opaque() {
            count += 1;
            others += u64::from(other(&pixel.0));
            (left, top) = (left.min(x), top.min(y));
            (right, bottom) = (right.max(x + 1), bottom.max(y + 1));
        }
        let place = u64::from(right.saturating_sub(left)) * u64::from(bottom.saturating_sub(top));
        if 10 * count > 7 * place && 100 * others > count {
            return Self { color: usual, around: true };
        }
        let (mut light, mut all) = (0, 0);
        for pixel in picture.pixels() {
            let [r, g, b, alpha] = pixel.0.map(u64::from);
            light += alpha * (r + g + b);
            all += 3 * alpha;
        }
        Self { color: [if light > 160 * all { 0 } else { 255 }; 3], around: false }
    }

    /// A pixel as it looks on it.
    fn under(&self, pixel: [u8; 4]) -> [u8; 3] {
        let alpha = if self.around && pixel[3] < OPAQUE { 0 } else { u32::from(pixel[3]) };
        [0, 1, 2].map(|c| {
            let (over, under) = (u32::from(pixel[c]), u32::from(self.color[c]));
            ((over * alpha + under * (255 - alpha)) / 255) as u8
        })
    }
}

/// The colour that most of a picture has: the mean of the pixels in the fullest of 16×16×16 boxes of
/// red, green and blue; white if there are no pixels.
pub fn usual_color(pixels: impl Iterator<Item = [u8; 3]>) -> [u8; 3] {
    let mut boxes = vec![[0_u64; 4]; 1 << 12];
    for pixel in pixels {
        let [r, g, b] = pixel.map(|v| usize::from(v >> 4));
        let sums = &mut boxes[r << 8 | g << 4 | b];
        sums[3] += 1;
        (0..3).for_each(|c| sums[c] += u64::from(pixel[c]));
    }
    match boxes.into_iter().max_by_key(|sums| sums[3]) {
        Some([r, g, b, count]) if count > 0 => [r, g, b].map(|sum| (sum / count) as u8),
        _ => [255; 3],
    }
}
