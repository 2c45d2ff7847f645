//! The window that convolution and pooling slide over an image.

use std::ops::Range;

use crate::{Error, Result};

/// A window's size, how far it moves from place to place, and the border of zeros that it may
/// reach into.
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

    // ANCHOR: places
    /// How many places it has, down and across, on an image of (height, width) pixels:
    /// ⌊(H + 2P − KH) / S⌋ + 1 and the same for the width. Where the division leaves a rest, the
    /// last rows or columns of the image are not visited, as in PyTorch.
    ///
    /// # Errors
    /// If it is larger than the image with its border.
    pub fn places(&self, (height, width): (usize, usize)) -> Result<(usize, usize)> {
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
    // ANCHOR_END: places

    /// The whole walk over images of (channels, height, width).
    ///
    /// # Errors
    /// As [`places`](Self::places).
    pub(crate) fn walk(&self, (channels, height, width): (usize, usize, usize)) -> Result<Walk> {
        let (down, across) = self.places((height, width))?;
        Ok(Walk { window: *self, channels, height, width, down, across })
    }
}

/// A window on its way over images of one shape.
#[derive(Clone, Copy)]
pub(crate) struct Walk {
    window: Window,
    channels: usize,
    height: usize,
    width: usize,
    /// Places from top to bottom.
    pub down: usize,
    /// Places from left to right.
    pub across: usize,
}

impl Walk {
    /// The window that walks.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// (channels, height, width) of the images.
    pub fn shape(&self) -> (usize, usize, usize) {
        (self.channels, self.height, self.width)
    }

    /// Whether it visits every 2×2 pixels once, and leaves none out.
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

    /// Numbers that the window sees at once.
    pub fn seen(&self) -> usize {
        self.channels * self.window.height * self.window.width
    }

    /// Places of the window.
    pub fn places(&self) -> usize {
        self.down * self.across
    }

    // ANCHOR: for_each_run
    /// Visits every pixel under every place of the window, border left out: for pixel `k` of the
    /// window (channel, row, column) and a run of neighbouring `places`, the first lies over
    /// `image[first]` and each further one `stride` numbers on.
    pub fn for_each_run(&self, mut visit: impl FnMut(usize, Range<usize>, usize)) {
        let Window { height, width, stride, pad } = self.window;
        for k in 0..self.seen() {
            let (c, i, j) = (k / (height * width), k / width % height, k % width);
            let columns = inside(j, self.width, self.across, stride, pad);
            if columns.is_empty() {
                continue;
            }
            for row in inside(i, self.height, self.down, stride, pad) {
                let (y, x) = (row * stride + i - pad, columns.start * stride + j - pad);
                let places = row * self.across + columns.start..row * self.across + columns.end;
                visit(k, places, (c * self.height + y) * self.width + x);
            }
        }
    }
    // ANCHOR_END: for_each_run

    // ANCHOR: im2col
    /// Writes what the window sees into `columns`, (C·KH·KW)×places: one column for each place.
    /// What lies in the border is not written: `columns` begins as zeros and stays zero there.
    pub fn im2col<T: Copy>(&self, image: &[T], columns: &mut [T]) {
        let (count, stride) = (self.places(), self.window.stride);
        self.for_each_run(|k, places, first| {
            let row = &mut columns[k * count..][places];
            if stride == 1 {
                row.copy_from_slice(&image[first..first + row.len()]);
            } else {
                let pixels = image[first..].iter().step_by(stride);
                row.iter_mut().zip(pixels).for_each(|(seen, &pixel)| *seen = pixel);
            }
        });
    }

    /// The way back: adds every number of `columns` to the pixel that it was copied from.
    pub fn col2im<T: Copy + std::ops::AddAssign>(&self, columns: &[T], image: &mut [T]) {
        let (count, stride) = (self.places(), self.window.stride);
        self.for_each_run(|k, places, first| {
            let row = &columns[k * count..][places];
            if stride == 1 {
                let pixels = &mut image[first..first + row.len()];
                pixels.iter_mut().zip(row).for_each(|(pixel, &seen)| *pixel += seen);
            } else {
                let pixels = image[first..].iter_mut().step_by(stride);
                pixels.zip(row).for_each(|(pixel, &seen)| *pixel += seen);
            }
        });
    }
    // ANCHOR_END: im2col
}

/// The places at which pixel `offset` of the window lies over the image, not over its border.
fn inside(offset: usize, image: usize, places: usize, stride: usize, pad: usize) -> Range<usize> {
    let start = pad.saturating_sub(offset).div_ceil(stride);
    let end = (image + pad).saturating_sub(offset).div_ceil(stride).min(places);
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_pytorch_does() {
        let places = |size, stride, pad, image| {
            Window::new(size, stride, pad).and_then(|window| window.places(image)).ok()
        };
        assert_eq!(places((5, 5), 1, 0, (28, 28)), Some((24, 24)));
        assert_eq!(places((3, 3), 1, 1, (7, 7)), Some((7, 7)));
        assert_eq!(places((3, 3), 2, 1, (8, 7)), Some((4, 4)), "(8 + 2 − 3) / 2 is cut off");
        assert_eq!(places((2, 5), 3, 2, (4, 4)), Some((3, 2)));
        assert_eq!(places((5, 2), 1, 0, (4, 9)), None);
        assert_eq!(places((2, 2), 0, 0, (4, 4)), None);
        assert_eq!(places((1, 1), 1, usize::MAX, (4, 4)), Some((usize::MAX, usize::MAX)));
    }

    #[test]
    fn errors_name_all_numbers() {
        let message = |result: Result<()>| result.expect_err("impossible").to_string();
        let small = Window::new((5, 3), 1, 1).and_then(|w| w.places((2, 9)).map(drop));
        let expected = "a window of 5×3 pixels does not fit an image of 2×9 with padding 1";
        assert_eq!(message(small), expected);
        let still = message(Window::new((5, 3), 0, 1).map(drop));
        assert!(still.contains("5×3 pixels with stride 0 and padding 1"), "{still}");
    }

    #[test]
    fn col2im_is_the_transpose_of_im2col() {
        // ⟨im2col(x), c⟩ = ⟨x, col2im(c)⟩ for any x and c; whole numbers make it exact.
        for (size, stride, pad) in [((3, 2), 1, 0), ((2, 3), 2, 1), ((1, 4), 3, 2), ((2, 2), 3, 5)]
        {
            let window = Window::new(size, stride, pad).expect("a window");
            let walk = window.walk((2, 5, 6)).expect("it fits");
            let x: Vec<i64> = (0..walk.image() as i64).map(|i| i * 7 % 11 - 5).collect();
            let c: Vec<i64> =
                (0..(walk.seen() * walk.places()) as i64).map(|i| i * 5 % 13 - 6).collect();
            let (mut columns, mut image) = (vec![0; c.len()], vec![0; x.len()]);
            walk.im2col(&x, &mut columns);
            walk.col2im(&c, &mut image);
            let dot = |a: &[i64], b: &[i64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<i64>();
            assert_eq!(dot(&columns, &c), dot(&x, &image), "{size:?} {stride} {pad}");
        }
    }
}
