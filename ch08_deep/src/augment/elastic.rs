//! Elastic distortion: a smooth random push for each pixel (Simard, Steinkraus and Platt, 2003).
//!
//! They draw a number for every pixel and blur them with a Gaussian of σ = 4 pixels. We draw one
//! for every seventh pixel and lay a smooth surface over them: the cubic B-spline with knots h pixels
//! apart is nearly a Gaussian of σ = h/√3, which for h = 7 is 4.04 pixels, and costs a tenth.

use common::random::{Generator, Rng, distributions::StandardNormal};

/// Pixels from one knot to the next.
pub const SPACING: usize = 7;
/// ∫ B(t)² dt for the cubic B-spline B: what is left along one axis of the knots' variance.
const KEPT: f32 = 151.0 / 315.0;

// ANCHOR: spline
/// The shares of the four nearest knots in the surface, `t` of the way from the second to the third.
pub fn spline(t: f32) -> [f32; 4] {
    let near = |t: f32| (4.0 + t * t * (3.0 * t - 6.0)) / 6.0; // nearer than one knot's distance
    let far = |t: f32| t * t * t / 6.0; // what reaches into the next piece
    [far(1.0 - t), near(t), near(1.0 - t), far(t)]
}
// ANCHOR_END: spline

/// For each pixel along an axis: its first knot, and the shares of that and the three after it.
fn shares(pixels: usize) -> Vec<(usize, [f32; 4])> {
    let share = |pixel| (pixel / SPACING, spline((pixel % SPACING) as f32 / SPACING as f32));
    (0..pixels).map(share).collect()
}

// ANCHOR: field
/// A random number for each pixel of `height`×`width`, row by row, that changes slowly from one
/// pixel to the next; with mean 0 and, on average over the pixels, standard deviation `std`.
pub fn field((height, width): (usize, usize), std: f32, rng: &mut Generator) -> Vec<f32> {
    let knots = |pixels: usize| pixels.div_ceil(SPACING) + 3;
    let (rows, columns) = (shares(height), shares(width));
    let std = std / KEPT; // √KEPT is lost along each of two axes
    let mut surface = vec![0.0; height * width];
    // Along x first: the few rows that have knots. Then each of them gives its share to the pixels.
    let mut line = vec![0.0; width];
    for knot in 0..knots(height) {
        let numbers: Vec<f32> =
            (0..knots(width)).map(|_| std * rng.sample::<f32, _>(StandardNormal)).collect();
        for (x, (first, shares)) in line.iter_mut().zip(&columns) {
            *x = numbers[*first..].iter().zip(shares).map(|(number, share)| number * share).sum();
        }
        for (row, (first, shares)) in surface.chunks_exact_mut(width).zip(&rows) {
            if let Some(share) = knot.checked_sub(*first).and_then(|k| shares.get(k)) {
                row.iter_mut().zip(&line).for_each(|(y, x)| *y += share * x);
            }
        }
    }
    surface
}
// ANCHOR_END: field
