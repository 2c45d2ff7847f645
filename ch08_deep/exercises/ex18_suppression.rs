//! Exercise 18: non-maximum suppression.
//!
//! Wanted: the numbers of the rectangles that stay, the surest first. A rectangle goes if its IoU with a
//! surer one *that stays* is more than `most`; one that has gone itself suppresses nothing.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex18

use common::bounding_box::BoundingBox;

/// Which of `places` stay; `scores` has as many numbers, all different.
pub fn suppress(places: &[BoundingBox], scores: &[f32], most: f32) -> Vec<usize> {
    todo!(
        "`order.sort_by(|&i, &j| scores[j].total_cmp(&scores[i]))` brings the surest to the front"
    )
}
