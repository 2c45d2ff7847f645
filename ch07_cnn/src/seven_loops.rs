//! Convolution as it is defined: seven loops, one for each index of the formula.

use common::Float;
use ndarray::{Array1, Array4};

/// Filters, and how they are moved.
#[derive(Clone, Debug)]
pub struct Filters<F> {
    /// F×C×KH×KW.
    pub w: Array4<F>,
    /// One number for each filter.
    pub b: Array1<F>,
    /// From place to place, in pixels.
    pub stride: usize,
    /// Border of zeros on each side, in pixels.
    pub pad: usize,
}

impl<F: Float> Filters<F> {
    // ANCHOR: size
    /// (OH, OW) for images of (H, W).
    ///
    /// # Panics
    /// If the filter is larger than the padded image.
    pub fn output(&self, (h, w): (usize, usize)) -> (usize, usize) {
        let (_, _, kh, kw) = self.w.dim();
        let along = |image: usize, filter: usize| (image + 2 * self.pad - filter) / self.stride + 1;
        (along(h, kh), along(w, kw))
    }
    // ANCHOR_END: size

    // ANCHOR: pixel
    /// The image's row (or column) under row (or column) `k` of the filter at place `r`:
    /// r·S + k − P, of the `size` that there are; `None` in the border.
    fn pixel(&self, r: usize, k: usize, size: usize) -> Option<usize> {
        (r * self.stride + k).checked_sub(self.pad).filter(|&pixel| pixel < size)
    }
    // ANCHOR_END: pixel

    // ANCHOR: forward
    /// From images N×C×H×W to maps N×F×OH×OW.
    pub fn forward(&self, x: &Array4<F>) -> Array4<F> {
        let (n, channels, h, w) = x.dim();
        let (filters, _, kh, kw) = self.w.dim();
        let (oh, ow) = self.output((h, w));
        let mut y = Array4::zeros((n, filters, oh, ow));
        for image in 0..n {
            for f in 0..filters {
                for row in 0..oh {
                    for column in 0..ow {
                        let mut sum = self.b[f];
                        for c in 0..channels {
                            for i in 0..kh {
                                for j in 0..kw {
                                    let at = (self.pixel(row, i, h), self.pixel(column, j, w));
                                    if let (Some(u), Some(v)) = at {
                                        sum += x[[image, c, u, v]] * self.w[[f, c, i, j]];
                                    }
                                }
                            }
                        }
                        y[[image, f, row, column]] = sum;
                    }
                }
            }
        }
        y
    }
    // ANCHOR_END: forward

    // ANCHOR: backward
    /// ∂L/∂x, ∂L/∂W and ∂L/∂b: the same walk, and at every product the product rule.
    pub fn backward(&self, x: &Array4<F>, dy: &Array4<F>) -> (Array4<F>, Array4<F>, Array1<F>) {
        let (_, channels, h, w) = x.dim();
        let (_, _, kh, kw) = self.w.dim();
        let (mut dx, mut dw) = (Array4::zeros(x.raw_dim()), Array4::zeros(self.w.raw_dim()));
        let mut db = Array1::zeros(self.b.raw_dim());
        for ((image, f, row, column), &dy) in dy.indexed_iter() {
            db[f] += dy;
            for c in 0..channels {
                for i in 0..kh {
                    for j in 0..kw {
                        let at = (self.pixel(row, i, h), self.pixel(column, j, w));
                        if let (Some(u), Some(v)) = at {
                            dw[[f, c, i, j]] += dy * x[[image, c, u, v]];
                            dx[[image, c, u, v]] += dy * self.w[[f, c, i, j]];
                        }
                    }
                }
            }
        }
        (dx, dw, db)
    }
    // ANCHOR_END: backward
}
