//! From one rectangle to another in four numbers of about one size.

use common::Float;
use common::bounding_box::BoundingBox;

/// What the four numbers are divided by: about their standard deviations, so that a network learns
/// numbers near 1.
const SCALES: [f32; 4] = [0.1, 0.1, 0.2, 0.2];
/// Nothing becomes larger or smaller than by this factor's logarithm.
const MOST: f32 = 2.0;

// ANCHOR: offsets
/// How to get from the rectangle `from` to `to`: how far the middle moves, in widths and heights,
/// and the logarithms of how much wider and higher it becomes (Girshick and others, 2014).
///
/// A very thin rectangle, around a 1, moves by parts of its height: a pixel aside would be a large
/// part of its width.
pub fn offsets<F: Float>(from: &BoundingBox, to: &BoundingBox) -> [F; 4] {
    let ((x, y), (to_x, to_y)) = (from.center(), to.center());
    let numbers = [
        (to_x - x) / breadth(from),
        (to_y - y) / from.height(),
        (to.width() / from.width()).ln(),
        (to.height() / from.height()).ln(),
    ];
    [0, 1, 2, 3].map(|i| F::of(f64::from(numbers[i] / SCALES[i])))
}

// ANCHOR_END: offsets

// ANCHOR: moved
/// The rectangle that these numbers lead to.
pub fn moved<F: Float>(from: &BoundingBox, offsets: [F; 4]) -> BoundingBox {
    let [x, y, wider, higher] = [0, 1, 2, 3].map(|i| offsets[i].as_f64() as f32 * SCALES[i]);
    let middle = from.center();
    let grown = |size: f32, log: f32| size * log.clamp(-MOST, MOST).exp();
    BoundingBox::around(
        (middle.0 + x * breadth(from), middle.1 + y * from.height()),
        (grown(from.width(), wider), grown(from.height(), higher)),
    )
}
// ANCHOR_END: moved

fn breadth(place: &BoundingBox) -> f32 {
    place.width().max(0.6 * place.height())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let from = BoundingBox::new(10.0, 20.0, 20.0, 40.0);
        let to = BoundingBox::new(12.0, 18.0, 25.0, 50.0);
        let numbers = offsets::<f64>(&from, &to);
        assert!((numbers[0] - 3.5 / 12.0 / 0.1).abs() < 1e-5, "{numbers:?}");
        assert!((numbers[3] - (1.6_f64).ln() / 0.2).abs() < 1e-5, "{numbers:?}");
        let again = moved(&from, numbers);
        assert!(again.iou(&to) > 0.9999, "{again:?}");
        assert_eq!(offsets::<f64>(&from, &from), [0.0; 4]);
        assert!(moved(&from, [0.0, 0.0, 1e9, -1e9]).width() < 80.0);
    }
}
