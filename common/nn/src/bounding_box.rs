//! Where something is: a rectangle with sides along the axes.

// ANCHOR: bounding_box
/// A rectangle in pixels, from its left upper corner to its right lower one; x grows to the right,
/// y downwards. Pixel (0, 0) reaches from 0 to 1 in both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoundingBox {
    /// The left edge.
    pub left: f32,
    /// The upper edge.
    pub top: f32,
    /// The right edge.
    pub right: f32,
    /// The lower edge.
    pub bottom: f32,
}

impl BoundingBox {
    /// A rectangle from its corners.
    pub const fn new(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Self { left, top, right, bottom }
    }

    /// A rectangle around a place, of this width and height.
    pub fn around((x, y): (f32, f32), (width, height): (f32, f32)) -> Self {
        let (half_width, half_height) = (width / 2.0, height / 2.0);
        Self::new(x - half_width, y - half_height, x + half_width, y + half_height)
    }

    /// From left to right; negative if the edges have changed places.
    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    /// From top to bottom; negative if the edges have changed places.
    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// Its middle (x, y).
    pub fn center(&self) -> (f32, f32) {
        ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    /// How many pixels it covers.
    pub fn area(&self) -> f32 {
        self.width().max(0.0) * self.height().max(0.0)
    }

    /// The part of it that lies in a picture of this width and height.
    pub fn within(&self, (width, height): (f32, f32)) -> Self {
        Self::new(
            self.left.clamp(0.0, width),
            self.top.clamp(0.0, height),
            self.right.clamp(0.0, width),
            self.bottom.clamp(0.0, height),
        )
    }

    // ANCHOR: iou
    /// Intersection over union: the area that both cover, as a share of the area that at least one
    /// covers. 1 for equal rectangles, 0 for those that do not meet.
    pub fn iou(&self, other: &Self) -> f32 {
        let both = Self::new(
            self.left.max(other.left),
            self.top.max(other.top),
            self.right.min(other.right),
            self.bottom.min(other.bottom),
        )
        .area();
        let either = self.area() + other.area() - both;
        if either > 0.0 { both / either } else { 0.0 }
    }
    // ANCHOR_END: iou
}
// ANCHOR_END: bounding_box

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iou_by_hand() {
        let a = BoundingBox::new(0.0, 0.0, 4.0, 4.0);
        assert_eq!(a.iou(&a), 1.0);
        assert_eq!(a.iou(&BoundingBox::new(2.0, 1.0, 6.0, 5.0)), 6.0 / 26.0);
        assert_eq!(a.iou(&BoundingBox::new(4.0, 0.0, 8.0, 4.0)), 0.0, "an edge is no area");
        assert_eq!(a.iou(&BoundingBox::new(5.0, 5.0, 8.0, 8.0)), 0.0, "apart along both axes");
        assert_eq!(a.iou(&BoundingBox::new(1.0, 1.0, 1.0, 3.0)), 0.0, "no area");
        assert_eq!(a.iou(&BoundingBox::new(1.0, 1.0, 3.0, 3.0)), 0.25, "inside");
    }
}
