//! Where in a line what stands.

use super::Shape;
use super::buffers::Buffers;
use super::correlate::{BLOCK, FILTERS};
use crate::scalar::Scalar;

/// From a row to the next: the border to the right of a row is the one to the left of the next.
#[inline(always)]
pub(super) fn padded_width(shape: &Shape) -> usize {
    (shape.image.1 + shape.pad).max(shape.map.1)
}

/// Where in a line what stands, for a group of images: rows lie one after the other, those of
/// one number from all images side by side.
#[derive(Clone, Copy)]
pub(super) struct Lines {
    pub(super) shape: Shape,
    /// From a row to the next.
    row: usize,
    /// Sums in a line.
    pub(super) sums: usize,
    /// How far beyond its place a weight looks, at most.
    pub(super) reach: usize,
}

impl Lines {
    pub(super) fn new(shape: Shape, images: usize) -> Self {
        let row = images * padded_width(&shape);
        let (height, width) = shape.window;
        Self {
            shape,
            row,
            sums: (shape.map.0 * row).next_multiple_of(BLOCK),
            reach: ((height - 1) * row + width - 1).next_multiple_of(BLOCK),
        }
    }

    /// Numbers of a channel's line.
    #[inline(always)]
    pub(super) fn line(&self) -> usize {
        self.sums + self.reach
    }

    /// Numbers of a filter's line: before the sums there are as many zeros as weights look far, for
    /// the backward pass.
    #[inline(always)]
    pub(super) fn sum_line(&self) -> usize {
        self.reach + self.line()
    }

    /// Makes room for the lines of all channels and filters.
    pub(super) fn fit<F: Scalar>(&self, buffers: &mut Buffers<F>) {
        let Shape { channels, filters, .. } = self.shape;
        buffers.inputs.resize(channels.next_multiple_of(FILTERS) * self.line(), F::zero());
        buffers.outputs.resize(filters.next_multiple_of(FILTERS) * self.sum_line(), F::zero());
    }

    /// How far into the line of its channel each weight of a filter looks.
    pub(super) fn shifts(&self, forward: bool) -> Vec<usize> {
        let (lines, length) = match forward {
            true => (self.shape.channels, self.line()),
            false => (self.shape.filters, self.sum_line()),
        };
        let (height, width) = self.shape.window;
        let shift = |k: usize| k / width * self.row + k % width;
        let along = |c: usize, k: usize| match forward {
            true => c * length + shift(k),
            false => c * length + self.reach - shift(k),
        };
        (0..lines).flat_map(|c| (0..height * width).map(move |k| along(c, k))).collect()
    }

    /// Where row `y` of image `image` stands in a line.
    #[inline(always)]
    pub(super) fn at(&self, y: usize, image: usize) -> usize {
        y * self.row + image * padded_width(&self.shape)
    }
}

/// Copies a row of a few numbers, too few to call for a copy of memory.
#[inline(always)]
pub(super) fn copy<F: Copy>(to: &mut [F], from: &[F]) {
    map_row(to, from, |x| x);
}

/// Writes what `f` makes of each number of a row: eight at a time, the last eight once more where they
/// overlap.
#[inline(always)]
pub(super) fn map_row<F: Copy>(to: &mut [F], from: &[F], f: impl Fn(F) -> F) {
    let map = |to: &mut [F], from: &[F]| to.iter_mut().zip(from).for_each(|(to, &x)| *to = f(x));
    let eights = to.as_chunks_mut::<8>().0.iter_mut().zip(from.as_chunks::<8>().0);
    eights.for_each(|(to, from)| map(to, from));
    match (to.last_chunk_mut::<8>(), from.last_chunk::<8>()) {
        (Some(to), Some(from)) => map(to, from),
        _ => map(to, from),
    }
}
