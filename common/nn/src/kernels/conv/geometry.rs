//! The geometry of convolution and pooling: a window, its positions on an image, and the patch of
//! pixels under each of them.

use std::ops::Range;

use crate::{Error, Result};

/// A window's size, how far it moves from position to position (the stride), and the border of zeros
/// that it may reach into (the padding).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    height: usize,
    width: usize,
    stride: usize,
    pad: usize,
}

impl Window {
    /// A window of (height, width) pixels that moves by `stride` over an image with `pad` pixels
    /// of border on each side.
    ///
    /// # Errors
    /// If it has no pixels or does not move.
    pub fn new((height, width): (usize, usize), stride: usize, pad: usize) -> Result<Self> {
        if height == 0 || width == 0 || stride == 0 {
            return Err(Error::Invalid(format!(
                "a window of {height}×{width} pixels with stride {stride} and padding {pad}: size and stride must be at least 1"
            )));
        }
        Ok(Self { height, width, stride, pad })
    }

    /// Height and width, in pixels.
    pub fn size(&self) -> (usize, usize) {
        (self.height, self.width)
    }

    /// How far it moves, in pixels, down as well as to the right.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// The border on each side of the image, in pixels.
    pub fn pad(&self) -> usize {
        self.pad
    }

    // ANCHOR: positions
    /// How many positions it has, down and across, on an image of (height, width) pixels:
    /// ⌊(H + 2P − KH) / S⌋ + 1 and the same for the width. Where the division leaves a remainder,
    /// the last rows or columns of the image are not visited, as in PyTorch.
    ///
    /// # Errors
    /// If it is larger than the image with its border.
    pub fn positions(&self, (height, width): (usize, usize)) -> Result<(usize, usize)> {
        let along = |image: usize, window: usize| {
            let room = image.saturating_add(self.pad.saturating_mul(2)).checked_sub(window)?;
            Some(room / self.stride + 1)
        };
        match (along(height, self.height), along(width, self.width)) {
            (Some(down), Some(across)) => Ok((down, across)),
            _ => Err(Error::Invalid(format!(
                "a window of {}×{} pixels does not fit an image of {height}×{width} with padding {}",
                self.height, self.width, self.pad
            ))),
        }
    }
    // ANCHOR_END: positions

    /// The window on images of (channels, height, width).
    ///
    /// # Errors
    /// As [`positions`](Self::positions).
    pub(crate) fn on(&self, (channels, height, width): (usize, usize, usize)) -> Result<Geometry> {
        let (down, across) = self.positions((height, width))?;
        Ok(Geometry { window: *self, channels, height, width, down, across })
    }
}

/// A window and the images of one shape that it slides over.
#[derive(Clone, Copy)]
pub(crate) struct Geometry {
    window: Window,
    channels: usize,
    height: usize,
    width: usize,
    /// Positions from top to bottom.
    pub down: usize,
    /// Positions from left to right.
    pub across: usize,
}

impl Geometry {
    /// The window.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// (channels, height, width) of the images.
    pub fn shape(&self) -> (usize, usize, usize) {
        (self.channels, self.height, self.width)
    }

    /// Whether the window visits every 2×2 pixels once, and leaves none out.
    pub fn is_in_pairs(&self) -> bool {
        let Window { height, width, stride, pad } = self.window;
        (height, width, stride, pad) == (2, 2, 2, 0)
            && self.height.is_multiple_of(2)
            && self.width.is_multiple_of(2)
    }

    /// Numbers in an image.
    pub fn image(&self) -> usize {
        self.channels * self.height * self.width
    }

    /// Numbers in a patch: what the window sees at once.
    pub fn patch(&self) -> usize {
        self.channels * self.window.height * self.window.width
    }

    /// Positions of the window.
    pub fn positions(&self) -> usize {
        self.down * self.across
    }

    // ANCHOR: for_each_run
    /// Visits every pixel under every position of the window, border left out: for pixel `k` of the
    /// patch (channel, row, column) and a run of neighbouring `positions`, the first lies over
    /// `image[first]` and each further one `stride` numbers on.
    pub fn for_each_run(&self, mut visit: impl FnMut(usize, Range<usize>, usize)) {
        let Window { height, width, stride, pad } = self.window;
        for k in 0..self.patch() {
            let (c, i, j) = (k / (height * width), k / width % height, k % width);
            let columns = inside(j, self.width, self.across, stride, pad);
            if columns.is_empty() {
                continue;
            }
            for row in inside(i, self.height, self.down, stride, pad) {
                let (y, x) = (row * stride + i - pad, columns.start * stride + j - pad);
                let positions = row * self.across + columns.start..row * self.across + columns.end;
                visit(k, positions, (c * self.height + y) * self.width + x);
            }
        }
    }
    // ANCHOR_END: for_each_run
}

/// The positions at which pixel `offset` of the window lies over the image, not over its border.
fn inside(
    offset: usize,
    image: usize,
    positions: usize,
    stride: usize,
    pad: usize,
) -> Range<usize> {
    let start = pad.saturating_sub(offset).div_ceil(stride);
    let end = (image + pad).saturating_sub(offset).div_ceil(stride).min(positions);
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_counted_as_pytorch_does() {
        let positions = |size, stride, pad, image| {
            Window::new(size, stride, pad).and_then(|window| window.positions(image)).ok()
        };
        assert_eq!(positions((5, 5), 1, 0, (28, 28)), Some((24, 24)));
        assert_eq!(positions((3, 3), 1, 1, (7, 7)), Some((7, 7)));
        assert_eq!(positions((3, 3), 2, 1, (8, 7)), Some((4, 4)), "(8 + 2 − 3) / 2 is cut off");
        assert_eq!(positions((2, 5), 3, 2, (4, 4)), Some((3, 2)));
        assert_eq!(positions((5, 2), 1, 0, (4, 9)), None);
        assert_eq!(positions((2, 2), 0, 0, (4, 4)), None);
        assert_eq!(positions((1, 1), 1, usize::MAX, (4, 4)), Some((usize::MAX, usize::MAX)));
    }

    #[test]
    fn errors_name_all_numbers() {
        let message = |result: Result<()>| result.expect_err("impossible").to_string();
        let small = Window::new((5, 3), 1, 1).and_then(|w| w.positions((2, 9)).map(drop));
        let expected = "a window of 5×3 pixels does not fit an image of 2×9 with padding 1";
        assert_eq!(message(small), expected);
        let still = message(Window::new((5, 3), 0, 1).map(drop));
        assert!(still.contains("5×3 pixels with stride 0 and padding 1"), "{still}");
    }
}
