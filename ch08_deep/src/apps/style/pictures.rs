//! From pictures to tensors and back, at the size that is wanted.

use std::io::{Cursor, Write};
use std::path::Path;

use common::store::files;
use common::{Error, Result, Tensor};
use image::imageops::{FilterType, resize};
use image::{ImageFormat, Rgb, Rgb32FImage, RgbImage};
use ndarray::{ArrayView3, IxDyn};

/// No side is shorter: maps that are halved four times need something left to look at.
pub const SHORTEST: usize = 32;

/// Width and height of a picture whose longer side becomes `longer`.
pub fn fitted((width, height): (u32, u32), longer: usize) -> (usize, usize) {
    let most = f64::from(width.max(height));
    let side = |n: u32| (f64::from(n) * longer as f64 / most).round() as usize;
    (side(width).max(SHORTEST), side(height).max(SHORTEST))
}

/// A picture as 1×3×H×W from 0 to 1, at this width and height; when it becomes smaller, every pixel
/// counts.
pub fn tensor(picture: &RgbImage, (width, height): (usize, usize)) -> Tensor<f32> {
    let floats = Rgb32FImage::from_fn(picture.width(), picture.height(), |x, y| {
        Rgb(picture.get_pixel(x, y).0.map(|byte| f32::from(byte) / 255.0))
    });
    from_floats(&resize(&floats, width as u32, height as u32, FilterType::Triangle))
}

/// An image 1×3×H×W at another width and height.
pub fn resized(image: &Tensor<f32>, (width, height): (usize, usize)) -> Tensor<f32> {
    let (rows, columns) = (image.shape()[2], image.shape()[3]);
    let floats = Rgb32FImage::from_fn(columns as u32, rows as u32, |x, y| {
        Rgb([0, 1, 2].map(|c| image[[0, c, y as usize, x as usize]]))
    });
    from_floats(&resize(&floats, width as u32, height as u32, FilterType::CatmullRom))
}

fn from_floats(image: &Rgb32FImage) -> Tensor<f32> {
    let shape = [1, 3, image.height() as usize, image.width() as usize];
    Tensor::from_shape_fn(IxDyn(&shape), |at| {
        image.get_pixel(at[3] as u32, at[2] as u32).0[at[1]].clamp(0.0, 1.0)
    })
}

/// An image 3×H×W from 0 to 1 as a picture.
pub fn picture(image: ArrayView3<'_, f32>) -> RgbImage {
    let (_, height, width) = image.dim();
    RgbImage::from_fn(width as u32, height as u32, |x, y| {
        let byte = |c: usize| (image[[c, y as usize, x as usize]] * 255.0).round() as u8;
        Rgb([0, 1, 2].map(byte))
    })
}

/// Whether there is something to see: two colours at least.
pub fn is_flat(picture: &RgbImage) -> bool {
    let first = picture.pixels().next();
    picture.pixels().all(|pixel| Some(pixel) == first)
}

/// Writes a picture as PNG, whole or not at all, and prints where it is.
///
/// # Errors
/// If it cannot be written.
pub fn write(picture: &RgbImage, path: &Path) -> Result<()> {
    let mut bytes = Cursor::new(Vec::new());
    let packed = picture.write_to(&mut bytes, ImageFormat::Png);
    packed.map_err(|e| Error::format(path, format!("cannot be packed: {e}")))?;
    files::replace(path, |file| file.write_all(bytes.get_ref()))?;
    println!("picture: {}", path.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_their_shape_unless_they_become_too_thin() {
        assert_eq!(fitted((1000, 500), 256), (256, 128));
        assert_eq!(fitted((3, 4), 64), (48, 64));
        assert_eq!(fitted((1, 1), 256), (256, 256));
        assert_eq!(fitted((1000, 1), 256), (256, SHORTEST));
    }

    #[test]
    fn there_and_back() {
        let bytes = (0..36 * 34 * 3).map(|i| (i * 7 % 256) as u8).collect();
        let image = RgbImage::from_raw(36, 34, bytes).expect("as many bytes");
        let tensor = tensor(&image, (36, 34));
        let back = tensor.index_axis(ndarray::Axis(0), 0).into_dimensionality().expect("3×H×W");
        assert!(picture(back) == image);
        assert!(!is_flat(&image) && is_flat(&RgbImage::new(3, 2)));
        let half = resized(&tensor, (18, 17));
        approx::assert_abs_diff_eq!(
            half.mean().expect("pixels"),
            tensor.mean().expect("pixels"),
            epsilon = 0.02
        );
    }
}
