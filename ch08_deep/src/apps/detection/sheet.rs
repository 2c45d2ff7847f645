//! The reader's own sheet: several digits, found and read as numbers.

use common::bounding_box::BoundingBox;
use common::data::ink;
use common::{Error, Result, Tensor};
use image::RgbImage;
use ndarray::{Array2, IxDyn};

use super::components::corners;
use super::detector::{Detector, Search};
use super::suppression::{Detection, suppress_detections};

/// The digits of a sheet are brought to these heights in turn, in pixels: the detector has learned from 12
/// to 32.
const HEIGHTS: [f32; 3] = [17.0, 21.0, 26.0];
/// Nothing that is found in one view may be smaller or larger than what the detector has learned.
const LEARNED: (f32, f32) = (10.0, 36.0);
/// Strokes are made wider by up to so many pixels of the view, in turn: pens are thin.
const WIDER: [f32; 3] = [0.0, 0.7, 1.6];
/// A piece of ink counts as a digit if it is at least so high, as a share of the median.
const SPECK: f32 = 0.35;
/// The longer side of a view is not made longer than this.
const LONGEST: f32 = 1200.0;
/// Of two answers of which one mostly lies within the other, the surer stays.
const WITHIN: f32 = 0.65;
/// Digits belong to one number if the room between them is at most this share of their height.
const TOGETHER: f32 = 0.7;

// ANCHOR: read
/// The digits on a picture, in its pixels, the surest first.
///
/// The ink is brought to several sizes (an image pyramid), because the detector knows digits of
/// some sizes only, and the answers are put together again.
///
/// # Errors
/// If nothing is drawn on the picture.
pub fn read(detector: &Detector<f32>, picture: &RgbImage) -> Result<Vec<Detection>> {
    let (_, distance, split) = ink::paper_and_ink(picture);
    let ink = ink::ink(&distance, &split)?;
    let usual = usual_height(&ink)
        .ok_or_else(|| Error::Invalid("no digit is drawn there: only specks".to_string()))?;
    let mut found = Vec::new();
    for height in HEIGHTS {
        let longer = ink.nrows().max(ink.ncols()) as f32;
        let scale = (height / usual).min(LONGEST / longer);
        for wider in WIDER {
            let view = view(&ink, scale, wider);
            found.extend(look(detector, &view).into_iter().map(|detection| Detection {
                place: scaled(&detection.place, 1.0 / scale),
                ..detection
            }));
        }
    }
    Ok(one_each(found))
}
// ANCHOR_END: read

/// The median height of what may be digits, in pixels; specks do not count.
fn usual_height(ink: &Array2<f32>) -> Option<f32> {
    let pieces = corners(&ink.mapv(|ink| ink > 0.5));
    let mut heights: Vec<usize> = pieces.iter().map(|[_, top, _, bottom]| bottom - top).collect();
    heights.sort_unstable();
    let largest = *heights.last()? as f32;
    heights.retain(|&height| height as f32 >= SPECK * largest);
    (largest >= 6.0).then(|| heights[heights.len() / 2] as f32)
}

/// The ink at another size, light on dark; each pixel is a mean of what it covers, after strokes were made
/// wider.
fn view(ink: &Array2<f32>, scale: f32, wider: f32) -> Array2<f32> {
    let ink = widened(ink, (wider / scale / 2.0).round() as usize);
    let size = |n: usize| ((n as f32 * scale).round() as usize).max(8).next_multiple_of(4);
    let (height, width) = (size(ink.nrows()), size(ink.ncols()));
    let step = 1.0 / scale;
    // Few samples are enough: strokes are wider than they are apart.
    let samples = (step.ceil() as usize).clamp(1, 8);
    Array2::from_shape_fn((height, width), |(y, x)| {
        let mut sum = 0.0;
        for i in 0..samples {
            for j in 0..samples {
                let at = |n: usize, k: usize| {
                    ((n as f32 + (k as f32 + 0.5) / samples as f32) * step) as usize
                };
                sum += ink.get((at(y, i), at(x, j))).copied().unwrap_or(0.0);
            }
        }
        sum / (samples * samples) as f32
    })
}

/// Every pixel as dark as the darkest within `reach` of it, along rows and then along columns.
fn widened(ink: &Array2<f32>, reach: usize) -> Array2<f32> {
    let along = |ink: &Array2<f32>| {
        let mut wide = ink.clone();
        for (mut wide, line) in wide.rows_mut().into_iter().zip(ink.rows()) {
            for (x, pixel) in wide.iter_mut().enumerate() {
                let near = x.saturating_sub(reach)..(x + reach + 1).min(line.len());
                *pixel = near.fold(0.0, |most, x| line[x].max(most));
            }
        }
        wide
    };
    match reach {
        0 => ink.clone(),
        _ => along(&along(ink).reversed_axes().as_standard_layout().into_owned())
            .reversed_axes()
            .as_standard_layout()
            .into_owned(),
    }
}

/// What the detector finds in one view.
fn look(detector: &Detector<f32>, view: &Array2<f32>) -> Vec<Detection> {
    let (height, width) = view.dim();
    let x = Tensor::from_shape_vec(IxDyn(&[1, 1, height, width]), view.iter().copied().collect())
        .expect("as many numbers as pixels");
    // More room, more digits.
    let proposals = (Search::CLEAR.proposals * height * width / (64 * 64)).clamp(32, 2000);
    let found = detector.detect(x, Search { proposals, ..Search::CLEAR }).swap_remove(0);
    let known = LEARNED.0..LEARNED.1;
    found.into_iter().filter(|found| known.contains(&found.place.height())).collect()
}

fn scaled(place: &BoundingBox, by: f32) -> BoundingBox {
    BoundingBox::new(place.left * by, place.top * by, place.right * by, place.bottom * by)
}

/// One answer for each digit, the surest first.
fn one_each(found: Vec<Detection>) -> Vec<Detection> {
    let Search { overlap, overlap_across, .. } = Search::CLEAR;
    let mut stay: Vec<Detection> = Vec::new();
    for detection in suppress_detections(&found, overlap, overlap_across) {
        let within = |surer: &Detection| {
            let (a, b) = (&detection.place, &surer.place);
            let both = BoundingBox::new(
                a.left.max(b.left),
                a.top.max(b.top),
                a.right.min(b.right),
                a.bottom.min(b.bottom),
            );
            both.area() > WITHIN * a.area().min(b.area())
        };
        if !stay.iter().any(within) {
            stay.push(detection);
        }
    }
    stay
}

// ANCHOR: numbers
/// The digits as one reads them: rows from top to bottom, numbers from left to right, as lists of
/// digits.
pub fn numbers(found: &[Detection]) -> Vec<Vec<Detection>> {
    let mut rows: Vec<Vec<Detection>> = Vec::new();
    let mut order = found.to_vec();
    order.sort_by(|a, b| a.place.center().1.total_cmp(&b.place.center().1));
    for digit in order {
        // In the last row, if its middle lies within one of that row's digits.
        let (_, y) = digit.place.center();
        let beside = |other: &Detection| (other.place.top..other.place.bottom).contains(&y);
        match rows.last_mut() {
            Some(row) if row.iter().any(beside) => row.push(digit),
            _ => rows.push(vec![digit]),
        }
    }
    let mut numbers: Vec<Vec<Detection>> = Vec::new();
    for mut row in rows {
        row.sort_by(|a, b| a.place.left.total_cmp(&b.place.left));
        let mut last: Option<BoundingBox> = None;
        for digit in row {
            let height = |place: &BoundingBox| place.height().max(digit.place.height());
            let near =
                last.is_some_and(|last| digit.place.left - last.right <= TOGETHER * height(&last));
            match numbers.last_mut() {
                Some(number) if near => number.push(digit),
                _ => numbers.push(vec![digit]),
            }
            last = Some(digit.place);
        }
    }
    numbers
}
// ANCHOR_END: numbers

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_become_numbers() {
        let digit = |label, left: f32, top: f32| Detection {
            place: BoundingBox::new(left, top, left + 10.0, top + 20.0),
            score: 1.0,
            label,
        };
        let found = [
            digit(7, 15.0, 103.0),
            digit(2, 15.0, 0.0),
            digit(3, 60.0, 2.0),
            digit(1, 0.0, 4.0),
            digit(9, 0.0, 100.0),
        ];
        let read: Vec<Vec<u8>> = numbers(&found)
            .iter()
            .map(|number| number.iter().map(|digit| digit.label).collect())
            .collect();
        assert_eq!(read, [vec![1, 2], vec![3], vec![9, 7]]);
        assert!(numbers(&[]).is_empty());
    }

    #[test]
    fn a_fragment_does_not_stand_beside_its_digit() {
        let found = |left, right, score| Detection {
            place: BoundingBox::new(left, 0.0, right, 20.0),
            score,
            label: 1,
        };
        assert_eq!(one_each(vec![found(0.0, 12.0, 0.9), found(8.0, 12.0, 0.8)]).len(), 1);
        assert_eq!(one_each(vec![found(0.0, 12.0, 0.9), found(11.0, 18.0, 0.8)]).len(), 2);
    }

    #[test]
    fn strokes_become_wider_and_views_smaller() {
        let mut ink = Array2::zeros((40, 80));
        ink.slice_mut(ndarray::s![10..30, 40..42]).fill(1.0);
        assert_eq!(usual_height(&ink), Some(20.0));
        assert_eq!(widened(&ink, 1).sum(), 4.0 * 22.0);
        let view = view(&ink, 0.5, 0.0);
        assert_eq!(view.dim(), (20, 40));
        assert!((view.sum() - 10.0).abs() < 1e-5, "{}", view.sum());
    }
}
