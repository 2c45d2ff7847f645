//! Where in a line what stands, and the copies from images to lines and back.

use pulp::Simd;

use super::Shape;
use super::filters::pack;
use crate::Float;
use crate::layers::lines::{BLOCK, FILTERS};
use crate::layers::winograd::{self, product};
use crate::simd::{lanes, load, store};

/// What one thread needs beside images and maps, used again and again.
#[derive(Default)]
pub struct Buffers<F> {
    /// The channels' lines, and on the way back their gradients.
    pub(super) lines: Vec<F>,
    /// The filters' sums, and on the way back their gradients.
    pub(super) sums: Vec<F>,
    /// Every fourth row of one channel.
    phases: Vec<F>,
    /// The filters, packed.
    filters: Vec<F>,
}

impl<F: Float> Buffers<F> {
    /// Filters F×C×KH×KW in the order in which [`correlate`] reads them; for the way back,
    /// channels and filters change places.
    pub fn filters(&mut self, shape: &Shape, w: &[F], forward: bool) -> &[F] {
        pack(shape, w, forward, &mut self.filters);
        &self.filters
    }

    /// How many numbers there is room for.
    pub fn len(&self) -> usize {
        self.lines.len() + self.sums.len() + self.phases.len() + self.filters.len()
    }

    pub(super) fn fit(&mut self, lines: &Lines) {
        let positions = lines.shape.positions();
        self.lines.resize(positions * lines.lines(), F::zero());
        self.sums.resize(positions * lines.sum_lines(), F::zero());
        self.phases.resize(winograd::OUT * lines.phase(), F::zero());
    }
}

/// Where in a line what stands, for a group of images: rows lie one after the other, those of
/// the same number from all images side by side.
#[derive(Clone, Copy)]
pub(super) struct Lines {
    shape: Shape,
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
        let (height, width) = shape.window;
        let below = if shape.minimal { 0 } else { (height - 1) * row };
        Self {
            shape,
            row,
            sums: (shape.rows() * row).next_multiple_of(BLOCK),
            reach: (below + width - 1).next_multiple_of(BLOCK),
        }
    }

    /// Numbers of a channel's line.
    #[inline(always)]
    pub(super) fn line(&self) -> usize {
        self.sums + self.reach
    }

    /// Numbers of a filter's line: before the sums there are as many zeros as weights look far, for
    /// the way back.
    #[inline(always)]
    pub(super) fn sum_line(&self) -> usize {
        self.reach + self.line()
    }

    /// Numbers of all channels' lines, and of all filters'.
    #[inline(always)]
    pub(super) fn lines(&self) -> usize {
        self.shape.channels.next_multiple_of(FILTERS) * self.line()
    }

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
    fn phase(&self) -> usize {
        (self.sums + self.row).next_multiple_of(BLOCK) + BLOCK
    }

    /// Where row `y` of image `image` stands among rows that lie in `phases` portions.
    #[inline(always)]
    fn place(&self, y: usize, image: usize, phases: usize) -> usize {
        y % phases * self.phase() + y / phases * self.row + image * self.shape.padded_width()
    }

    // ANCHOR: spread
    /// From images to the lines of their channels.
    #[inline(always)]
    pub(super) fn spread<F: Float, S: Simd>(
        &self,
        simd: S,
        images: &[F],
        buffers: &mut Buffers<F>,
    ) {
        let Shape { channels, image: (height, width), pad, .. } = self.shape;
        let (lines, line) = (&mut buffers.lines, self.line());
        if !self.shape.minimal {
            lines.fill(F::zero());
        }
        buffers.phases.fill(F::zero());
        for c in 0..channels {
            for (n, image) in images.chunks_exact(self.shape.image_len()).enumerate() {
                let rows = image[c * height * width..].chunks_exact(width).take(height);
                for (y, row) in (pad..).zip(rows) {
                    if self.shape.minimal {
                        let at = self.place(y, n, winograd::OUT) + pad;
                        copy(&mut buffers.phases[at..at + width], row);
                    } else {
                        let at = c * line + self.place(y, n, 1) + pad;
                        copy(&mut lines[at..at + width], row);
                    }
                }
            }
            if self.shape.minimal {
                let step = self.lines();
                for i in (0..self.sums).step_by(lanes::<F, S>()) {
                    let mut d = [F::splat(simd, F::zero()); winograd::IN];
                    for (r, d) in d.iter_mut().enumerate() {
                        *d = load(simd, &buffers.phases[self.place(r, 0, winograd::OUT) + i..]);
                    }
                    let v = product::<F, S, _, _>(simd, &winograd::INPUT, &d);
                    for (p, v) in v.into_iter().enumerate() {
                        store(simd, &mut lines[p * step + c * line + i..], v);
                    }
                }
                for p in 0..winograd::IN {
                    lines[p * step + c * line + self.sums..][..self.reach].fill(F::zero());
                }
            }
        }
    }
    // ANCHOR_END: spread

    /// From the sums of all filters to their maps.
    #[inline(always)]
    pub(super) fn gather<F: Float, S: Simd>(
        &self,
        simd: S,
        buffers: &mut Buffers<F>,
        bias: &[F],
        maps: &mut [F],
    ) {
        let Shape { map: (height, width), .. } = self.shape;
        let line = self.sum_line();
        let step = self.sum_lines();
        let one = F::splat(simd, F::one());
        for (f, &bias) in bias.iter().enumerate() {
            let bias = F::splat(simd, bias);
            for i in (0..self.sums).step_by(lanes::<F, S>()) {
                if self.shape.minimal {
                    let mut m = [F::splat(simd, F::zero()); winograd::IN];
                    for (p, m) in m.iter_mut().enumerate() {
                        *m = load(simd, &buffers.sums[p * step + f * line + i..]);
                    }
                    let y = product::<F, S, _, _>(simd, &winograd::OUTPUT, &m);
                    for (k, y) in y.into_iter().enumerate() {
                        let phase = &mut buffers.phases[k * self.phase() + i..];
                        store(simd, phase, F::multiply_add(simd, one, y, bias));
                    }
                } else {
                    let sum = &mut buffers.sums[f * line + i..];
                    store(simd, sum, F::multiply_add(simd, one, load(simd, sum), bias));
                }
            }
            for (n, map) in maps.chunks_exact_mut(self.shape.map_len()).enumerate() {
                let rows = map[f * height * width..].chunks_exact_mut(width).take(height);
                for (y, row) in rows.enumerate() {
                    let from = if self.shape.minimal {
                        &buffers.phases[self.place(y, n, winograd::OUT)..]
                    } else {
                        &buffers.sums[f * line + self.place(y, n, 1)..]
                    };
                    copy(row, &from[..width]);
                }
            }
        }
    }

    /// From the gradients of all maps to those of their sums.
    #[inline(always)]
    pub(super) fn spread_back<F: Float, S: Simd>(
        &self,
        simd: S,
        maps: &[F],
        buffers: &mut Buffers<F>,
        db: &mut [F],
    ) {
        let Shape { map: (height, width), .. } = self.shape;
        let line = self.sum_line();
        let step = self.sum_lines();
        if self.shape.minimal {
            for line in buffers.sums.chunks_exact_mut(line) {
                line[..self.reach].fill(F::zero());
                line[self.reach + self.sums..].fill(F::zero());
            }
        } else {
            buffers.sums.fill(F::zero());
        }
        buffers.phases.fill(F::zero());
        for (f, db) in db.iter_mut().enumerate() {
            for (n, map) in maps.chunks_exact(self.shape.map_len()).enumerate() {
                let rows = map[f * height * width..].chunks_exact(width).take(height);
                for (y, row) in rows.enumerate() {
                    let to = if self.shape.minimal {
                        &mut buffers.phases[self.place(y, n, winograd::OUT)..]
                    } else {
                        &mut buffers.sums[f * line + self.reach + self.place(y, n, 1)..]
                    };
                    copy(&mut to[..width], row);
                }
            }
            let mut sum = F::splat(simd, F::zero());
            let one = F::splat(simd, F::one());
            for i in (0..self.sums).step_by(lanes::<F, S>()) {
                let at = f * line + self.reach + i;
                if self.shape.minimal {
                    let mut y = [F::splat(simd, F::zero()); winograd::OUT];
                    for (k, y) in y.iter_mut().enumerate() {
                        *y = load(simd, &buffers.phases[k * self.phase() + i..]);
                        sum = F::multiply_add(simd, one, *y, sum);
                    }
                    let m = product::<F, S, _, _>(simd, &winograd::OUTPUT_BACK, &y);
                    for (p, m) in m.into_iter().enumerate() {
                        store(simd, &mut buffers.sums[p * step + at..], m);
                    }
                } else {
                    sum = F::multiply_add(simd, one, load(simd, &buffers.sums[at..]), sum);
                }
            }
            *db += F::lane_sum(simd, sum);
        }
    }

    /// From the gradients of the channels' lines to those of the images.
    #[inline(always)]
    pub(super) fn gather_back<F: Float, S: Simd>(
        &self,
        simd: S,
        buffers: &mut Buffers<F>,
        images: &mut [F],
    ) {
        let Shape { channels, image: (height, width), pad, .. } = self.shape;
        let line = self.line();
        let step = self.lines();
        let one = F::splat(simd, F::one());
        for c in 0..channels {
            if self.shape.minimal {
                // Rows 4 and 5 of a tile are rows 0 and 1 of the next: these are added up.
                let shared = winograd::IN - winograd::OUT;
                buffers.phases[..shared * self.phase()].fill(F::zero());
                for i in (0..self.sums).step_by(lanes::<F, S>()) {
                    let mut v = [F::splat(simd, F::zero()); winograd::IN];
                    for (p, v) in v.iter_mut().enumerate() {
                        *v = load(simd, &buffers.lines[p * step + c * line + i..]);
                    }
                    let d = product::<F, S, _, _>(simd, &winograd::INPUT_BACK, &v);
                    for (r, d) in d.into_iter().enumerate() {
                        let phase = &mut buffers.phases[self.place(r, 0, winograd::OUT) + i..];
                        let d = match r % winograd::OUT < shared {
                            true => F::multiply_add(simd, one, load(simd, phase), d),
                            false => d,
                        };
                        store(simd, phase, d);
                    }
                }
            }
            for (n, image) in images.chunks_exact_mut(self.shape.image_len()).enumerate() {
                let rows = image[c * height * width..].chunks_exact_mut(width).take(height);
                for (y, row) in (pad..).zip(rows) {
                    let from = if self.shape.minimal {
                        &buffers.phases[self.place(y, n, winograd::OUT) + pad..]
                    } else {
                        &buffers.lines[c * line + self.place(y, n, 1) + pad..]
                    };
                    copy(row, &from[..width]);
                }
            }
        }
    }
}

/// Copies a row of a few numbers, too few to call for a copy of memory: eight at a time, the last
/// eight once more where they overlap.
#[inline(always)]
fn copy<F: Copy>(to: &mut [F], from: &[F]) {
    let eights = to.as_chunks_mut::<8>().0.iter_mut().zip(from.as_chunks().0);
    eights.for_each(|(to, from)| *to = *from);
    match (to.last_chunk_mut::<8>(), from.last_chunk()) {
        (Some(to), Some(from)) => *to = *from,
        _ => to.iter_mut().zip(from).for_each(|(to, from)| *to = *from),
    }
}
