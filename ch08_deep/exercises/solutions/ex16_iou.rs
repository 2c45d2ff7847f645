//! A solution of exercise 16: IoU of two boxes.

/// The IoU of rectangles `[left, top, right, bottom]`; y grows downwards.
pub fn iou(a: [f64; 4], b: [f64; 4]) -> f64 {
    let area = |[left, top, right, bottom]: [f64; 4]| {
        let (width, height) = (right - left, bottom - top);
        width.max(0.0) * height.max(0.0)
    };
    let both = area([a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])]);
    let either = area(a) + area(b) - both;
    if either > 0.0 { both / either } else { 0.0 }
}
