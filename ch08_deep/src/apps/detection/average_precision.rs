//! How good a detector is: average precision, as COCO defines it (Lin and others, 2014).

use common::bounding_box::BoundingBox;

use super::suppression::Detection;

/// What is in a picture: places and labels.
pub type Truth = Vec<(BoundingBox, u8)>;

/// Shares of the truth at which the precision is read: 0, 0.01, … 1.
const RECALLS: usize = 101;
/// More detections than this of a label are not looked at in a picture, the least sure ones.
const MOST: usize = 100;

/// How precise a detector is for each share of the things that it finds.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Precision at the recalls 0, 0.01, … 1: the best that is reached there or beyond.
    pub precision: Vec<f64>,
}

impl Curve {
    /// The mean precision over all recalls: the area under the curve.
    pub fn average_precision(&self) -> f64 {
        self.precision.iter().sum::<f64>() / self.precision.len() as f64
    }
}

// ANCHOR: hits
/// For the detections of one label, picture by picture, the surest first: whether each is right.
/// It is if it covers something of that label by at least `threshold` (as intersection over union)
/// that no surer one has taken; of several it takes the one that it covers best.
fn hits(
    found: &[Detection],
    truth: &[(BoundingBox, u8)],
    label: u8,
    threshold: f32,
) -> Vec<(f32, bool)> {
    let mut found: Vec<_> = found.iter().filter(|found| found.label == label).collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut left: Vec<_> = truth.iter().filter(|truth| truth.1 == label).map(|t| t.0).collect();
    let mut judge = |found: &&Detection| {
        let overlaps = left.iter().map(|truth| truth.iou(&found.place)).enumerate();
        let best = overlaps.filter(|(_, iou)| *iou >= threshold).max_by(|a, b| a.1.total_cmp(&b.1));
        best.map(|(i, _)| left.swap_remove(i)).is_some()
    };
    found.iter().take(MOST).map(|found| (found.score, judge(found))).collect()
}
// ANCHOR_END: hits

// ANCHOR: curve
/// Precision by recall for one label, over all pictures; `None` if it is in none of them.
///
/// # Panics
/// If there are not as many lists of detections as pictures.
pub fn curve(
    found: &[Vec<Detection>],
    truths: &[Truth],
    label: u8,
    threshold: f32,
) -> Option<Curve> {
    assert_eq!(found.len(), truths.len(), "detections of every picture are needed");
    let there = truths.iter().flatten().filter(|truth| truth.1 == label).count();
    if there == 0 {
        return None;
    }
    let pictures = found.iter().zip(truths);
    let mut all: Vec<_> =
        pictures.flat_map(|(found, truth)| hits(found, truth, label, threshold)).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    // ANCHOR: points
    let mut right = 0;
    let points = all.iter().enumerate().map(|(i, (_, hit))| {
        right += usize::from(*hit);
        (right as f64 / there as f64, right as f64 / (i + 1) as f64)
    });
    let points: Vec<_> = points.collect();
    let at = |recall: f64| {
        let beyond = points.iter().filter(|(reached, _)| *reached >= recall);
        beyond.map(|(_, precision)| *precision).fold(0.0, f64::max)
    };
    // COCO's recalls are multiples of the rounded 0.01: its 0.7 is a hair more than 7/10.
    let step = 1.0 / (RECALLS - 1) as f64;
    Some(Curve { precision: (0..RECALLS).map(|i| at(i as f64 * step)).collect() })
    // ANCHOR_END: points
}
// ANCHOR_END: curve

/// The mean of all labels' curves: its average is the mAP.
pub fn mean_curve(found: &[Vec<Detection>], truths: &[Truth], threshold: f32) -> Curve {
    let curves: Vec<_> =
        (0..10).filter_map(|label| curve(found, truths, label, threshold)).collect();
    let mean = |i: usize| {
        curves.iter().map(|curve| curve.precision[i]).sum::<f64>() / curves.len().max(1) as f64
    };
    Curve { precision: (0..RECALLS).map(mean).collect() }
}

/// Mean average precision over all labels that there are.
pub fn mean_average_precision(found: &[Vec<Detection>], truths: &[Truth], threshold: f32) -> f64 {
    mean_curve(found, truths, threshold).average_precision()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(left: f32, score: f32) -> Detection {
        Detection { place: BoundingBox::new(left, 0.0, left + 10.0, 10.0), score, label: 3 }
    }

    /// Two things in one picture; found: one, nothing, the same one again, the other. Precision is 1 up
    /// to a recall of one half, and 2/4 up to the whole.
    #[test]
    fn by_hand() {
        let truths = [vec![(found(0.0, 1.0).place, 3), (found(50.0, 1.0).place, 3)]];
        let all = [vec![found(1.0, 0.9), found(25.0, 0.8), found(0.0, 0.7), found(50.0, 0.6)]];
        let curve = curve(&all, &truths, 3, 0.5).expect("there are some");
        assert_eq!(curve.precision[..=50], [1.0; 51]);
        assert_eq!(curve.precision[51..], [0.5; 50]);
        let average = (51.0 + 0.5 * 50.0) / 101.0;
        assert!((curve.average_precision() - average).abs() < 1e-12);
        assert_eq!(mean_average_precision(&all, &truths, 0.5), curve.average_precision());
        // One pixel of ten aside is 9/11 of both: too little at 0.9, where only the exact ones count.
        let strict = super::curve(&all, &truths, 3, 0.9).expect("there are some");
        assert_eq!(strict.precision[0], 0.5);
        assert_eq!(super::curve(&all, &truths, 4, 0.5), None);
    }
}
