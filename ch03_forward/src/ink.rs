//! From a picture to 28×28 pixels, as MNIST made them: find the ink, crop, scale, centre.

use common::data::ink::{self, distance, ink};
use common::data::paper::Paper;
use common::data::split::Split;
use common::{Error, Result};
use image::{ImageBuffer, Luma, RgbImage, imageops};
use ndarray::{Array2, Zip, s};

use crate::pieces::{Piece, pieces, separate};
use crate::{edges, strokes};

/// What the network will see, and how it was found.
pub struct Seen {
    /// 28×28 bytes, 0 paper and 255 ink.
    pub pixels: Array2<u8>,
    /// Whether the ink is lighter than the paper.
    pub light_on_dark: bool,
    /// Rows and columns that the ink takes in the picture.
    pub extent: (usize, usize),
}

/// MNIST's digits fill a box of this many pixels.
const BOX: usize = 20;
const SIDE: usize = 28;
/// Each pixel is put together from 4×4 finer ones.
const FINE: usize = 4;

// ANCHOR: see
/// Turns a picture of one digit into an image like those that the network learned
/// from.
///
/// The steps are those of LeCun, Bottou, Bengio and Haffner (1998): scaled to fit
/// a box of 20×20 pixels, its centre of mass in the middle of 28×28. Only the
/// stroke's width is our own concern.
///
/// # Errors
/// If nothing is drawn on the picture, or more than one digit.
pub fn see(picture: &RgbImage) -> Result<Seen> {
    let picture = &without_edges(picture);
    let (paper, distance, split) = paper_and_ink(picture);
    let ink = strokes::without_specks(ink(&distance, &split)?);
    one_digit(&ink)?;
    let crop = crop(&ink);
    let extent = crop.dim();
    let crop = strokes::halve_to(crop, 2 * FINE * BOX);
    let grow = strokes::growth(&fit(&crop, FINE * BOX), FINE as f32);
    let room = FINE as isize * BOX as isize - 2 * grow;
    let digit = strokes::grown(&fit(&crop, room as usize), grow);
    let light_on_dark = is_light(picture, &paper, &ink);
    Ok(Seen { pixels: centred(&digit), light_on_dark, extent })
}
// ANCHOR_END: see

/// The picture without what lies around the page.
fn without_edges(picture: &RgbImage) -> RgbImage {
    let distance = distance(picture, &Paper::usual(picture));
    match ink(&distance, &Split::of(&distance)) {
        Ok(ink) => edges::without(picture, &ink),
        Err(_) => picture.clone(),
    }
}

/// Of an evenly and an unevenly lit page, and one of which only the corners are seen, the one that fits.
fn paper_and_ink(picture: &RgbImage) -> (Paper, Array2<u8>, Split) {
    match in_the_corners(picture) {
        Some(paper) => ink::split_on(picture, paper),
        None => ink::paper_and_ink(picture),
    }
}

/// The paper of a 1 that was cut out without a margin. What the border mostly is then
/// hangs together from border to border, all four, and leaves only corners to the
/// rest: it is ink, and the corners are the paper.
fn in_the_corners(picture: &RgbImage) -> Option<Paper> {
    let distance = distance(picture, &Paper::even(picture));
    let far = ink(&distance, &Split::of(&distance)).ok()?;
    let near = far.mapv(|v| 1.0 - v);
    if !reaches_all_borders(&near) || !is_in_corners(&far) {
        return None;
    }
    let mut sums = [0.0; 4];
    for (pixel, &v) in picture.pixels().zip(&far) {
        (0..3).for_each(|c| sums[c] += v * f32::from(pixel[c]));
        sums[3] += v;
    }
    Some(Paper::plain([0, 1, 2].map(|c| sums[c] / sums[3])))
}

/// The pieces of what is mostly ink.
fn solid(ink: &Array2<f32>) -> Vec<Piece> {
    pieces(&ink.mapv(|v| if v > 0.5 { 1.0 } else { 0.0 }))
}

/// Whether one piece goes from border to border, all four, but for a faint line.
fn reaches_all_borders(ink: &Array2<f32>) -> bool {
    let (rows, columns) = ink.dim();
    let near = |gap: usize, side: usize| gap <= 1 + side / 25;
    solid(ink).iter().any(|Piece { place: [top, left, bottom, right], .. }| {
        near(*top, rows)
            && near(rows - bottom, rows)
            && near(*left, columns)
            && near(columns - right, columns)
    })
}

/// Whether each piece has one of the picture's four corners, and none goes from top to
/// bottom.
fn is_in_corners(ink: &Array2<f32>) -> bool {
    let (bottom, right) = (ink.nrows() - 1, ink.ncols() - 1);
    let corners = [(0, 0), (0, right), (bottom, 0), (bottom, right)];
    let in_corner = |piece: &Piece| piece.pixels.iter().any(|at| corners.contains(at));
    solid(ink).iter().all(|piece| in_corner(piece) && piece.height() <= 9 * bottom / 10)
}

/// Whether all ink may be one digit's.
fn one_digit(ink: &Array2<f32>) -> Result<()> {
    match separate(&pieces(ink)) {
        0 | 1 => Ok(()),
        count => Err(Error::Invalid(format!(
            "{count} pieces of ink: the program reads one digit; cut out one"
        ))),
    }
}

/// The smallest rectangle that holds all ink.
fn crop(ink: &Array2<f32>) -> Array2<f32> {
    let extent = |lines: Vec<bool>| {
        let first = lines.iter().position(|&line| line).unwrap_or(0);
        let last = lines.iter().rposition(|&line| line).unwrap_or(0);
        first..last + 1
    };
    let inked = |line: ndarray::ArrayView1<'_, f32>| line.iter().any(|&v| v > 0.0);
    let rows = extent(ink.rows().into_iter().map(inked).collect());
    let columns = extent(ink.columns().into_iter().map(inked).collect());
    ink.slice(s![rows, columns]).to_owned()
}

/// Scaled so that the longer side has `longer` pixels, and the darkest pixel is
/// 1.
fn fit(ink: &Array2<f32>, longer: usize) -> Array2<f32> {
    let (rows, columns) = ink.dim();
    let side = |n: usize| ((n * longer) as f32 / rows.max(columns) as f32).round().max(1.0) as u32;
    let image = ImageBuffer::from_fn(columns as u32, rows as u32, |x, y| {
        Luma([ink[[y as usize, x as usize]]])
    });
    let image = imageops::resize(&image, side(columns), side(rows), imageops::FilterType::Triangle);
    let scaled = Array2::from_shape_fn((side(rows) as usize, side(columns) as usize), |(y, x)| {
        image[(x as u32, y as u32)][0]
    });
    let darkest = scaled.fold(f32::MIN_POSITIVE, |a, &b| a.max(b));
    scaled / darkest
}

// ANCHOR: centred
/// Puts the fine image where its centre of mass is that of pixel (14, 14), as in
/// MNIST, adds up 4×4 fine pixels for each, and makes the darkest 255.
fn centred(digit: &Array2<f32>) -> Array2<u8> {
    let mass = digit.sum();
    let place = |axis: usize, size: usize| {
        let moments = digit.indexed_iter().map(|((y, x), &v)| [y, x][axis] as f32 * v);
        let moment: f32 = moments.sum();
        let middle = (14.5 * FINE as f32 - 0.5) - moment / mass;
        (middle.round().max(0.0) as usize).min(FINE * SIDE - size)
    };
    let (rows, columns) = digit.dim();
    let (top, left) = (place(0, rows), place(1, columns));
    let mut canvas = Array2::zeros((FINE * SIDE, FINE * SIDE));
    canvas.slice_mut(s![top..top + rows, left..left + columns]).assign(digit);

    let blocks = canvas.exact_chunks((FINE, FINE));
    let sums = Zip::from(blocks).map_collect(|block| block.sum());
    let darkest = sums.fold(f32::MIN_POSITIVE, |a, &b| a.max(b));
    sums.mapv(|sum| (255.0 * sum / darkest) as u8)
}
// ANCHOR_END: centred

fn is_light(picture: &RgbImage, paper: &Paper, ink: &Array2<f32>) -> bool {
    let mut difference = 0.0;
    Zip::indexed(ink).for_each(|(y, x), &v| {
        let at = (x as u32, y as u32);
        let brightness: f32 = picture[at].0.map(f32::from).iter().sum();
        difference += v * (brightness - paper.color(at, picture.dimensions()).iter().sum::<f32>());
    });
    difference > 0.0
}
