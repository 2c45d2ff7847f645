//! Strokes of the right width, on a clean page.

use std::f32::consts::FRAC_PI_4;

use ndarray::{Array2, s};

use crate::pieces::{Piece, pieces};

/// MNIST's strokes are this many pixels wide in the median.
const WIDTH: f32 = 2.5;
/// What is left as it is; nine of ten images of MNIST lie between 1.6 and 3.9.
const USUAL: std::ops::Range<f32> = 1.9..3.5;

/// Takes away what is too small to be a part of the digit: less than a twentieth
/// of the largest piece of ink.
pub fn without_specks(mut ink: Array2<f32>) -> Array2<f32> {
    let pieces = pieces(&ink);
    let mass = |piece: &Piece| piece.pixels.iter().map(|&at| ink[at]).sum::<f32>();
    let masses: Vec<f32> = pieces.iter().map(mass).collect();
    let largest = masses.iter().copied().fold(0.0, f32::max);
    for (piece, mass) in pieces.iter().zip(masses) {
        if mass < 0.05 * largest {
            piece.pixels.iter().for_each(|&at| ink[at] = 0.0);
        }
    }
    ink
}

/// Halves the image until no side is longer than `longest`. Of 2×2 pixels the
/// darkest is kept, not the mean, in which a thin stroke would fade away.
pub fn halve_to(mut ink: Array2<f32>, longest: usize) -> Array2<f32> {
    while ink.nrows().max(ink.ncols()) > longest {
        let (rows, columns) = ink.dim();
        ink = Array2::from_shape_fn((rows.div_ceil(2), columns.div_ceil(2)), |(y, x)| {
            let block = s![2 * y..(2 * y + 2).min(rows), 2 * x..(2 * x + 2).min(columns)];
            ink.slice(block).fold(0.0, |a: f32, &b| a.max(b))
        });
    }
    ink
}

// ANCHOR: width
/// The mean width of the strokes, in pixels: a long stroke has two edges, so its
/// width is twice its area over its outline.
///
/// The outline is counted in steps along rows and columns, which are longer than
/// the way itself: by 4/π in the mean of all directions.
pub fn width(ink: &Array2<f32>) -> f32 {
    let (rows, columns) = ink.dim();
    let mut framed = Array2::from_elem((rows + 2, columns + 2), false);
    framed.slice_mut(s![1..=rows, 1..=columns]).assign(&ink.mapv(|v| v >= 0.5));
    let area = framed.iter().filter(|&&inked| inked).count();
    let changes = |windows: (usize, usize)| {
        let pairs = framed.windows(windows).into_iter();
        pairs.filter(|pair| pair.first() != pair.last()).count()
    };
    let outline = (changes((1, 2)) + changes((2, 1))) as f32 * FRAC_PI_4;
    2.0 * area as f32 / outline.max(1.0)
}
// ANCHOR_END: width

/// By how many fine pixels the strokes should grow on each side to be as wide as
/// MNIST's, of which one is `fine` fine pixels; below zero to shrink, and zero if
/// they are usual.
pub fn growth(ink: &Array2<f32>, fine: f32) -> isize {
    let width = width(ink) / fine;
    if USUAL.contains(&width) {
        return 0;
    }
    ((WIDTH - width) / 2.0 * fine).round().clamp(-1.5 * fine, 1.5 * fine) as isize
}

/// The image with its strokes wider by `by` pixels on each side, or thinner if
/// `by` is below zero: each pixel becomes the darkest, or the lightest, of a disc
/// around it. A positive `by` makes the image larger, a negative one smaller.
pub fn grown(ink: &Array2<f32>, by: isize) -> Array2<f32> {
    let radius = by.abs();
    let disc: Vec<(isize, isize)> = (-radius..=radius)
        .flat_map(|y| (-radius..=radius).map(move |x| (y, x)))
        .filter(|(y, x)| y * y + x * x <= radius * radius)
        .collect();
    let side = |n: usize| (n as isize + 2 * by).max(1) as usize;
    let at = |y: isize, x: isize| match (usize::try_from(y), usize::try_from(x)) {
        (Ok(y), Ok(x)) => ink.get((y, x)).copied().unwrap_or(0.0),
        _ => 0.0,
    };
    Array2::from_shape_fn((side(ink.nrows()), side(ink.ncols())), |(y, x)| {
        let (y, x) = (y as isize - by, x as isize - by);
        let around = disc.iter().map(|(dy, dx)| at(y + dy, x + dx));
        if by > 0 { around.fold(0.0, f32::max) } else { around.fold(1.0, f32::min) }
    })
}
