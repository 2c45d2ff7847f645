//! Non-maximum suppression: of several answers for one thing, the surest.

use common::bounding_box::BoundingBox;

/// Something that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// Where it is.
    pub place: BoundingBox,
    /// How sure the network is, from 0 to 1.
    pub score: f32,
    /// Which digit.
    pub label: u8,
}

// ANCHOR: suppress
/// The numbers of the rectangles that stay, the surest first: one goes if its intersection over
/// union with a surer one that stays is more than `most`.
///
/// # Panics
/// If there are not as many scores as rectangles.
pub fn suppress(places: &[BoundingBox], scores: &[f32], most: f32) -> Vec<usize> {
    assert_eq!(places.len(), scores.len(), "every rectangle needs a score");
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|&i, &j| scores[j].total_cmp(&scores[i]).then(i.cmp(&j)));
    let mut stay: Vec<usize> = Vec::new();
    for i in order {
        if stay.iter().all(|&surer| places[i].iou(&places[surer]) <= most) {
            stay.push(i);
        }
    }
    stay
}
// ANCHOR_END: suppress

/// The detections that stay, the surest first: those of one label, and with `across` those of all
/// labels, suppress each other.
pub fn suppress_detections(found: &[Detection], most: f32, across: Option<f32>) -> Vec<Detection> {
    let mut stay: Vec<Detection> = Vec::new();
    let mut order = found.to_vec();
    order.sort_by(|a, b| b.score.total_cmp(&a.score));
    for detection in order {
        let clashes = |surer: &Detection| {
            let iou = detection.place.iou(&surer.place);
            (surer.label == detection.label && iou > most) || across.is_some_and(|most| iou > most)
        };
        if !stay.iter().any(clashes) {
            stay.push(detection);
        }
    }
    stay
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surest_of_several_stays() {
        let place = |left: f32| BoundingBox::new(left, 0.0, left + 10.0, 10.0);
        let places = [place(0.0), place(1.0), place(30.0), place(2.0)];
        assert_eq!(suppress(&places, &[0.5, 0.9, 0.1, 0.8], 0.5), [1, 2]);
        assert_eq!(suppress(&places, &[0.5, 0.9, 0.1, 0.8], 0.95), [1, 3, 0, 2]);
        assert_eq!(suppress(&[], &[], 0.5), [0; 0]);
        assert_eq!(
            suppress(&places[..1].repeat(3), &[0.5; 3], 0.5),
            [0],
            "the first of equal ones"
        );
    }

    #[test]
    fn labels_suppress_their_own_kind_or_all() {
        let found = |left: f32, score, label| Detection {
            place: BoundingBox::new(left, 0.0, left + 10.0, 10.0),
            score,
            label,
        };
        let all = [found(0.0, 0.3, 1), found(1.0, 0.9, 7), found(2.0, 0.8, 7)];
        assert_eq!(suppress_detections(&all, 0.4, None), [all[1], all[0]]);
        assert_eq!(suppress_detections(&all, 0.4, Some(0.4)), [all[1]]);
    }
}
