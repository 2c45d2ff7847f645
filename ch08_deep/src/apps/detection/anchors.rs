//! Anchors: rectangles of a few shapes at every place of a map, and what each should say.

use common::bounding_box::BoundingBox;
use common::random::{Generator, seq::SliceRandom};

/// Heights of the anchors in pixels, and their widths as a share of that.
const HEIGHTS: [f32; 3] = [14.0, 20.0, 28.0];
const RATIOS: [f32; 2] = [0.35, 0.75];
/// Anchors at each place.
pub const SHAPES: usize = HEIGHTS.len() * RATIOS.len();
/// Pixels from one place to the next.
pub const STRIDE: usize = 4;
/// An anchor that covers a digit by at least so much shall find it, and one that covers none by so much
/// shall find nothing; those between learn nothing.
pub const SURE: f32 = 0.6;
const NOTHING: f32 = 0.3;
/// Anchors of a picture that are learned from, and how many of them find something, at most.
const SAMPLE: usize = 48;
const MOST_SURE: usize = 24;

// ANCHOR: anchors
/// The anchors over a map of `rows`×`columns`, in the order of its numbers: shape, row, column.
pub fn anchors((rows, columns): (usize, usize)) -> Vec<BoundingBox> {
    let shapes = HEIGHTS.iter().flat_map(|&h| RATIOS.iter().map(move |&ratio| (ratio * h, h)));
    let middle = |cell: usize| (cell as f32 + 0.5) * STRIDE as f32;
    let over = |shape| {
        let places = (0..rows).flat_map(move |y| (0..columns).map(move |x| (x, y)));
        places.map(move |(x, y)| BoundingBox::around((middle(x), middle(y)), shape))
    };
    shapes.flat_map(over).collect()
}
// ANCHOR_END: anchors

/// What an anchor of the sample shall say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lesson {
    /// The anchor's number.
    pub anchor: usize,
    /// The number of the digit that it shall find; `None` if there is nothing.
    pub digit: Option<usize>,
}

// ANCHOR: lessons
/// For each anchor the digit that it covers best, and by how much, as intersection over union.
fn best(anchors: &[BoundingBox], digits: &[BoundingBox]) -> Vec<(usize, f32)> {
    let best = |anchor: &BoundingBox| {
        let overlaps = digits.iter().map(|digit| anchor.iou(digit)).enumerate();
        overlaps.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
    };
    anchors.iter().map(best).collect()
}

/// A random sample of the anchors and what each shall say: half of them find something, if there are
/// as many. The anchor that covers a digit best of all shall find it in any case, or nobody would
/// find a digit of an unusual shape.
pub fn lessons(
    anchors: &[BoundingBox],
    digits: &[BoundingBox],
    (height, width): (f32, f32),
    rng: &mut Generator,
) -> Vec<Lesson> {
    // ANCHOR: finds
    let best = best(anchors, digits);
    let mut finds: Vec<Option<usize>> =
        best.iter().map(|&(digit, iou)| (iou >= SURE).then_some(digit)).collect();
    for (digit, place) in digits.iter().enumerate() {
        let overlaps = anchors.iter().map(|anchor| anchor.iou(place)).enumerate();
        if let Some((anchor, _)) = overlaps.max_by(|a, b| a.1.total_cmp(&b.1)) {
            finds[anchor] = Some(digit);
        }
    }
    // ANCHOR_END: finds
    let inside = |place: &BoundingBox| {
        let room = BoundingBox::new(-4.0, -4.0, width + 4.0, height + 4.0);
        place.left > room.left
            && place.top > room.top
            && place.right < room.right
            && place.bottom < room.bottom
    };
    let lesson = |(anchor, &digit)| Lesson { anchor, digit };
    let (mut sure, others): (Vec<_>, Vec<_>) =
        finds.iter().enumerate().map(lesson).partition(|lesson| lesson.digit.is_some());
    let mut nothing: Vec<_> = others
        .into_iter()
        .filter(|lesson| best[lesson.anchor].1 < NOTHING && inside(&anchors[lesson.anchor]))
        .collect();
    sure.shuffle(rng);
    sure.truncate(MOST_SURE);
    nothing.shuffle(rng);
    nothing.truncate(SAMPLE - sure.len());
    sure.extend(nothing);
    sure
}
// ANCHOR_END: lessons

#[cfg(test)]
mod tests {
    use super::*;
    use common::random::generator;

    #[test]
    fn every_place_has_every_shape() {
        let all = anchors((2, 3));
        assert_eq!(all.len(), SHAPES * 6);
        let close = |a: f32, b: f32| (a - b).abs() < 1e-5;
        let stands = |anchor: usize, (x, y)| {
            let center = all[anchor].center();
            close(center.0, x) && close(center.1, y)
        };
        assert!(stands(0, (2.0, 2.0)));
        assert!(stands(1, (6.0, 2.0)), "columns change first");
        assert!(stands(3, (2.0, 6.0)), "then rows");
        assert!(close(all[6].width(), 0.75 * 14.0) && close(all[6].height(), 14.0), "then shapes");
    }

    #[test]
    fn a_digit_of_any_shape_has_an_anchor() {
        let anchors = anchors((16, 16));
        let thin = BoundingBox::new(30.0, 20.0, 32.0, 50.0);
        let wide = BoundingBox::new(2.0, 2.0, 30.0, 18.0);
        let lessons = lessons(&anchors, &[thin, wide], (64.0, 64.0), &mut generator(1));
        assert_eq!(lessons.len(), SAMPLE);
        for digit in [0, 1] {
            assert!(lessons.iter().any(|lesson| lesson.digit == Some(digit)), "{digit}");
        }
        let nothing = lessons.iter().filter(|lesson| lesson.digit.is_none());
        for lesson in nothing {
            let anchor = anchors[lesson.anchor];
            assert!(anchor.iou(&thin) < NOTHING && anchor.iou(&wide) < NOTHING);
        }
    }
}
