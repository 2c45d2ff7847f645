//! Proposals without a network: ink that hangs together, at several thresholds.

use std::collections::BTreeSet;

use common::bounding_box::BoundingBox;
use ndarray::{Array2, Zip};

/// Ink lighter than one of these counts, each in turn: in the picture as it is, and smoothed, where thin
/// strokes hang together that noise has broken.
pub const THRESHOLDS: [f32; 7] = [0.3, 0.35, 0.42, 0.5, 0.57, 0.65, 0.75];
const SMOOTHED: [f32; 6] = [0.2, 0.25, 0.3, 0.35, 0.4, 0.5];
/// Fewer pixels in a rectangle are a speck.
const LEAST_AREA: usize = 12;
/// Pieces so near to each other may be one digit, in pixels.
const NEAR: isize = 3;
/// With more pieces than this, nothing is put together: it is noise.
const MOST_PIECES: usize = 40;
/// Heights and widths that a digit may have, in pixels.
const HEIGHTS: (usize, usize) = (9, 40);
const WIDTHS: (usize, usize) = (2, 44);

/// Left, top, right and bottom in whole pixels.
pub type Corners = [usize; 4];

// ANCHOR: propose
/// Rectangles that may hold a digit: around pieces of ink, and around two pieces that lie close
/// together.
pub fn propose(image: &Array2<f32>) -> Vec<BoundingBox> {
    let mut all: BTreeSet<Corners> = BTreeSet::new();
    let smooth = smoothed(image);
    let layers = SMOOTHED.map(|t| (&smooth, t)).into_iter();
    let layers = layers.chain(THRESHOLDS.map(|t| (image, t)));
    for (image, threshold) in layers {
        let pieces = corners(&image.mapv(|pixel| pixel > threshold));
        if pieces.len() < MOST_PIECES {
            for (i, a) in pieces.iter().enumerate() {
                let near = pieces[..i].iter().filter(|b| gap(a, b) <= NEAR);
                all.extend(near.map(|b| around(a, b)));
            }
        }
        all.extend(pieces);
    }
    let fits = |&[left, top, right, bottom]: &Corners| {
        (HEIGHTS.0..=HEIGHTS.1).contains(&(bottom - top))
            && (WIDTHS.0..=WIDTHS.1).contains(&(right - left))
    };
    let place = |corners: Corners| {
        let [left, top, right, bottom] = corners.map(|x| x as f32);
        BoundingBox::new(left, top, right, bottom)
    };
    all.into_iter().filter(fits).map(place).collect()
}
// ANCHOR_END: propose

/// Each pixel a mean with its left, upper and left upper neighbour.
fn smoothed(image: &Array2<f32>) -> Array2<f32> {
    let at = |y: usize, x: usize| image[[y, x]];
    Array2::from_shape_fn(image.dim(), |(y, x)| {
        let (above, before) = (y.saturating_sub(1), x.saturating_sub(1));
        (at(y, x) + at(above, x) + at(y, before) + at(above, before)) / 4.0
    })
}

// ANCHOR: pieces
/// Left, top, right and bottom of all pieces of ink; pixels that touch, also at a corner, belong
/// together.
pub fn corners(ink: &Array2<bool>) -> Vec<Corners> {
    let (height, width) = ink.dim();
    let mut unseen = ink.clone();
    let mut pieces = Vec::new();
    for start in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        if !unseen[start] {
            continue;
        }
        unseen[start] = false;
        let (mut open, mut corners) = (vec![start], [width, height, 0, 0]);
        while let Some((y, x)) = open.pop() {
            let [left, top, right, bottom] = corners;
            corners = [left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1)];
            for y in y.saturating_sub(1)..(y + 2).min(height) {
                for x in x.saturating_sub(1)..(x + 2).min(width) {
                    if std::mem::take(&mut unseen[(y, x)]) {
                        open.push((y, x));
                    }
                }
            }
        }
        let [left, top, right, bottom] = corners;
        if (right - left) * (bottom - top) >= LEAST_AREA {
            pieces.push(corners);
        }
    }
    pieces
}
// ANCHOR_END: pieces

/// How far two rectangles are apart along the axis where they are farther apart; negative if they
/// overlap.
fn gap(a: &Corners, b: &Corners) -> isize {
    let along = |i: usize| a[i].max(b[i]) as isize - a[i + 2].min(b[i + 2]) as isize;
    along(0).max(along(1))
}

/// The smallest rectangle around both.
fn around(a: &Corners, b: &Corners) -> Corners {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// Cuts a rectangle with some room around it out of an image, brought to 28×28 by interpolation;
/// what lies outside is dark.
pub fn cut(image: &Array2<f32>, place: &BoundingBox) -> Array2<f32> {
    const SIDE: usize = 28;
    let (x, y) = place.center();
    let height = place.height() * 1.3;
    let width = (place.width() * 1.3).max(place.height() * 0.8);
    let part = |i: usize| (i as f32 + 0.5) / SIDE as f32 - 0.5;
    let mut patch = Array2::zeros((SIDE, SIDE));
    Zip::indexed(&mut patch).for_each(|(row, column), pixel| {
        *pixel = between(image, x + part(column) * width - 0.5, y + part(row) * height - 0.5);
    });
    patch
}

/// How light it is between four pixels, (0, 0) being the middle of the first.
fn between(image: &Array2<f32>, x: f32, y: f32) -> f32 {
    let at = |y: f32, x: f32| match y >= 0.0 && x >= 0.0 {
        true => image.get([y as usize, x as usize]).copied().unwrap_or(0.0),
        false => 0.0,
    };
    let (left, top) = (x.floor(), y.floor());
    let (right, down) = (x - left, y - top);
    let row = |y: f32| at(y, left) * (1.0 - right) + at(y, left + 1.0) * right;
    row(top) * (1.0 - down) + row(top + 1.0) * down
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(rows: &[&str]) -> Array2<f32> {
        let light = |row: &str| row.chars().map(|c| if c == '#' { 1.0 } else { 0.0 }).collect();
        let rows: Vec<Vec<f32>> = rows.iter().map(|row| light(row)).collect();
        Array2::from_shape_fn((rows.len(), rows[0].len()), |(y, x)| rows[y][x])
    }

    #[test]
    fn pieces_touch_at_corners_too() {
        let image = picture(&["##....###", "..##..###", "......###", "..###.###"]);
        let all = corners(&image.mapv(|pixel| pixel > 0.5));
        assert_eq!(all, [[6, 0, 9, 4]], "others have fewer than twelve pixels around them");
        assert_eq!(gap(&[0, 0, 4, 2], &[6, 0, 9, 4]), 2);
        assert_eq!(around(&[0, 0, 4, 2], &[2, 3, 5, 4]), [0, 0, 5, 4]);
    }

    #[test]
    fn two_halves_of_a_digit_are_proposed_as_one() {
        let mut image = Array2::zeros((40, 40));
        image.slice_mut(ndarray::s![5..11, 10..20]).fill(1.0);
        image.slice_mut(ndarray::s![13..20, 10..20]).fill(1.0);
        let proposals = propose(&image);
        assert!(proposals.contains(&BoundingBox::new(10.0, 5.0, 20.0, 20.0)), "{proposals:?}");
    }

    #[test]
    fn a_patch_shows_what_is_in_the_rectangle() {
        let mut image = Array2::zeros((64, 64));
        image.slice_mut(ndarray::s![20..40, 10..20]).fill(1.0);
        let patch = cut(&image, &BoundingBox::new(10.0, 20.0, 20.0, 40.0));
        assert!(patch[[14, 14]] > 0.99 && patch[[0, 14]] == 0.0 && patch[[14, 0]] == 0.0);
        let outside = cut(&image, &BoundingBox::new(50.0, 50.0, 64.0, 64.0));
        assert_eq!(outside.sum(), 0.0);
    }
}
