//! Where in a line what stands, and the memory that a thread works in.

use super::Shape;
use super::correlate::{BLOCK, FILTERS};
use super::winograd;
use crate::scalar::Scalar;

/// What one thread needs beside images and maps, used again and again.
#[derive(Default)]
pub struct Buffers<F> {
    /// The channels' lines, and in the backward pass their gradients.
    pub(super) lines: Vec<F>,
    /// The filters' sums, and in the backward pass their gradients.
    pub(super) sums: Vec<F>,
    /// Every fourth row of one channel, for minimal filtering.
    pub(super) phases: Vec<F>,
    /// The filters, packed.
    filters: Vec<F>,
}

impl<F: Scalar> Buffers<F> {
    /// Filters F×C×KH×KW in the order in which [`correlate`](super::correlate) reads them; for the
    /// backward pass, channels and filters change places.
    pub fn filters(&mut self, shape: &Shape, w: &[F], forward: bool) -> &[F] {
        shape.pack(w, forward, &mut self.filters);
        &self.filters
    }

    /// How many numbers there is room for.
    pub fn len(&self) -> usize {
        self.lines.len() + self.sums.len() + self.phases.len() + self.filters.len()
    }

    pub(super) fn fit(&mut self, lines: &Lines) {
        let elements = lines.shape.elements();
        self.lines.resize(elements * lines.lines(), F::zero());
        self.sums.resize(elements * lines.sum_lines(), F::zero());
        self.phases.resize(winograd::OUT * lines.phase(), F::zero());
    }
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
        let row = images * shape.padded_width();
        Self {
            shape,
            row,
            sums: (shape.rows() * row).next_multiple_of(BLOCK),
            reach: ((shape.tap_rows() - 1) * row + shape.window.1 - 1).next_multiple_of(BLOCK),
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

    /// Numbers of all channels' lines.
    #[inline(always)]
    pub(super) fn lines(&self) -> usize {
        self.shape.channels.next_multiple_of(FILTERS) * self.line()
    }

    /// Numbers of all filters' lines.
    #[inline(always)]
    pub(super) fn sum_lines(&self) -> usize {
        self.shape.filters.next_multiple_of(FILTERS) * self.sum_line()
    }

    /// How far into the line of its channel each weight of a filter looks.
    pub(super) fn shifts(&self, forward: bool) -> Vec<usize> {
        let (lines, length) = match forward {
            true => (self.shape.channels, self.line()),
            false => (self.shape.filters, self.sum_line()),
        };
        let width = self.shape.window.1;
        let shift = |k: usize| k / width * self.row + k % width;
        let along = |c: usize, k: usize| match forward {
            true => c * length + shift(k),
            false => c * length + self.reach - shift(k),
        };
        (0..lines).flat_map(|c| (0..self.shape.taps()).map(move |k| along(c, k))).collect()
    }

    /// Numbers of a phase: every fourth row of a channel, and one row more.
    #[inline(always)]
    pub(super) fn phase(&self) -> usize {
        (self.sums + self.row).next_multiple_of(BLOCK) + BLOCK
    }

    /// Where row `y` of image `image` stands in a line.
    #[inline(always)]
    pub(super) fn at(&self, y: usize, image: usize) -> usize {
        y * self.row + image * self.shape.padded_width()
    }

    /// Where row `y` of image `image` stands among rows that lie in phases, one for each row of a
    /// tile's output.
    #[inline(always)]
    pub(super) fn at_in_phases(&self, y: usize, image: usize) -> usize {
        y % winograd::OUT * self.phase() + self.at(y / winograd::OUT, image)
    }
}

/// Copies a row of a few numbers, too few to call for a copy of memory: eight at a time, the last
/// eight once more where they overlap.
#[inline(always)]
pub(super) fn copy<F: Copy>(to: &mut [F], from: &[F]) {
    let eights = to.as_chunks_mut::<8>().0.iter_mut().zip(from.as_chunks().0);
    eights.for_each(|(to, from)| *to = *from);
    match (to.last_chunk_mut::<8>(), from.last_chunk()) {
        (Some(to), Some(from)) => *to = *from,
        _ => to.iter_mut().zip(from).for_each(|(to, from)| *to = *from),
    }
}
