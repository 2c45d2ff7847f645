//! Exercise 19: what each anchor should say.
//!
//! Wanted: for each anchor its target. With the IoU of the anchor and the digit that it covers best:
//!
//! - at least 0.6: it should find that digit;
//! - below 0.3: it should find nothing;
//! - between: it is ignored, for either answer would be half wrong.
//!
//! And for each digit the one anchor that covers it best of all anchors should find it, whatever the IoU.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex19

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

/// The target of each anchor; no two anchors cover a digit equally well, and there is at least one of
/// each.
pub fn targets(anchors: &[BoundingBox], digits: &[BoundingBox]) -> Vec<Target> {
    todo!("first each anchor by its best digit, then each digit by its best anchor")
}
