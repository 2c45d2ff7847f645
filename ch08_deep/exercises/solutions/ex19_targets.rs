//! A solution of exercise 19: what each anchor should say.

use common::bounding_box::BoundingBox;

/// What an anchor should say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// That there is the digit of this number.
    Digit(usize),
    /// That there is nothing.
    Nothing,
    /// It is not asked.
    Ignored,
}

/// The number of the rectangle that covers `place` best, and the IoU.
fn best(place: &BoundingBox, others: &[BoundingBox]) -> (usize, f32) {
    let overlaps = others.iter().map(|other| place.iou(other)).enumerate();
    overlaps.max_by(|a, b| a.1.total_cmp(&b.1)).expect("at least one")
}

/// The target of each anchor; no two anchors cover a digit equally well, and there is at least one of
/// each.
pub fn targets(anchors: &[BoundingBox], digits: &[BoundingBox]) -> Vec<Target> {
    let target = |anchor: &BoundingBox| match best(anchor, digits) {
        (digit, iou) if iou >= 0.6 => Target::Digit(digit),
        (_, iou) if iou < 0.3 => Target::Nothing,
        _ => Target::Ignored,
    };
    let mut targets: Vec<Target> = anchors.iter().map(target).collect();
    for (number, digit) in digits.iter().enumerate() {
        targets[best(digit, anchors).0] = Target::Digit(number);
    }
    targets
}
