//! Exercise 16: IoU of two boxes.
//!
//! Wanted: the intersection over union of two rectangles: the area that both cover, as a share of the area
//! that at least one of them covers. Rectangles that only touch, or do not meet, share no area; if neither
//! has an area, the answer is 0.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex16

/// The IoU of rectangles `[left, top, right, bottom]`; y grows downwards.
pub fn iou(a: [f64; 4], b: [f64; 4]) -> f64 {
    todo!("`x.max(y)` is the larger of two numbers; a width below 0 means that they do not meet")
}
