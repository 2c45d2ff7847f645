//! A solution of exercise 18: non-maximum suppression.

use common::bounding_box::BoundingBox;

/// Which of `places` stay; `scores` has as many numbers, all different.
pub fn suppress(places: &[BoundingBox], scores: &[f32], most: f32) -> Vec<usize> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|&i, &j| scores[j].total_cmp(&scores[i]));
    let mut stay: Vec<usize> = Vec::new();
    for i in order {
        let clashes = stay.iter().any(|&surer| places[i].iou(&places[surer]) > most);
        if !clashes {
            stay.push(i);
        }
    }
    stay
}
