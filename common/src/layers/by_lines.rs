//! Convolution with stride 1, as sums over shifted lines; 3×3 filters by minimal filtering.

use pulp::{Simd, WithSimd};

use super::lines::{BLOCK, FILTERS, SHIFTS, correlate, dot_products};
use super::window::Walk;
use super::winograd::{self, product, transposed};
use crate::Float;
use crate::simd::{lanes, load, store};

/// About as many numbers should be in a line: enough to fill vectors, few enough for the cache.
const LINE: usize = 256;
/// With fewer channels, what minimal filtering saves is less than its transformations cost.
const WORTH_TRANSFORMING: usize = 4;

/// Sizes of a convolution, and how it is computed.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    channels: usize,
    filters: usize,
    /// Height and width of image, window and map.
    image: (usize, usize),
    window: (usize, usize),
    map: (usize, usize),
    pad: usize,
    /// Whether columns go through minimal filtering.
    minimal: bool,
}

impl Shape {
    pub fn new(filters: usize, walk: &Walk) -> Self {
        let (channels, height, width) = walk.shape();
        let window = walk.window().size();
        Self {
            channels,
            filters,
            image: (height, width),
            window,
            map: (walk.down, walk.across),
            pad: walk.window().pad(),
            minimal: window == (winograd::TAPS, winograd::TAPS) && channels >= WORTH_TRANSFORMING,
        }
    }

    /// Lines that hold an image's channel: one, or one for each product of minimal filtering.
    fn positions(&self) -> usize {
        if self.minimal { winograd::IN } else { 1 }
    }

    /// Weights that a filter has for one channel in each of these.
    fn taps(&self) -> usize {
        if self.minimal { self.window.1 } else { self.window.0 * self.window.1 }
    }

    /// Rows of the map, or tiles of rows.
    fn rows(&self) -> usize {
        if self.minimal { self.map.0.div_ceil(winograd::OUT) } else { self.map.0 }
    }

    fn padded_width(&self) -> usize {
        self.image.1 + 2 * self.pad
    }

    fn image_len(&self) -> usize {
        self.channels * self.image.0 * self.image.1
    }

    fn map_len(&self) -> usize {
        self.filters * self.map.0 * self.map.1
    }

    /// Images that are worked on together.
    fn group(&self) -> usize {
        (LINE / (self.rows() * self.padded_width())).max(1)
    }
}

/// Where in a line what stands, for a group of images: rows lie one after the other, those of
/// the same number from all images side by side.
#[derive(Clone, Copy)]
struct Lines {
    shape: Shape,
    images: usize,
    /// From a row to the next.
    row: usize,
    /// Sums in a line.
    sums: usize,
    /// How far beyond its place a weight looks, at most.
    reach: usize,
}

impl Lines {
    fn new(shape: Shape, images: usize) -> Self {
        let row = images * shape.padded_width();
        let (height, width) = shape.window;
        let below = if shape.minimal { 0 } else { (height - 1) * row };
        Self {
            shape,
            images,
            row,
            sums: (shape.rows() * row).next_multiple_of(BLOCK),
            reach: (below + width - 1).next_multiple_of(BLOCK),
        }
    }

    /// Numbers of a channel's line.
    fn line(&self) -> usize {
        self.sums + self.reach
    }

    /// Numbers of a filter's line: before the sums there are as many zeros as weights look far, for
    /// the way back.
    fn sum_line(&self) -> usize {
        self.reach + self.line()
    }

    /// Numbers of all channels' lines, and of all filters'.
    fn lines(&self) -> usize {
        self.shape.channels.next_multiple_of(FILTERS) * self.line()
    }

    fn sum_lines(&self) -> usize {
        self.shape.filters.next_multiple_of(FILTERS) * self.sum_line()
    }

    /// How far into the line of its channel each weight of a filter looks.
    fn shifts(&self, forward: bool) -> Vec<usize> {
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
    fn phase(&self) -> usize {
        (self.sums + self.row).next_multiple_of(BLOCK) + BLOCK
    }

    /// Where row `y` of image `image` stands among rows that lie in `phases` portions.
    fn place(&self, y: usize, image: usize, phases: usize) -> usize {
        y % phases * self.phase() + y / phases * self.row + image * self.shape.padded_width()
    }

    // ANCHOR: spread
    /// From images to the lines of their channels.
    #[inline(always)]
    fn spread<F: Float, S: Simd>(&self, simd: S, images: &[F], buffers: &mut Buffers<F>) {
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
                        buffers.phases[at..at + width].copy_from_slice(row);
                    } else {
                        let at = c * line + self.place(y, n, 1) + pad;
                        lines[at..at + width].copy_from_slice(row);
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
    fn gather<F: Float, S: Simd>(
        &self,
        simd: S,
        buffers: &mut Buffers<F>,
        bias: &[F],
        maps: &mut [F],
    ) {
        let Shape { map: (height, width), .. } = self.shape;
        let line = self.sum_line();
        let step = self.sum_lines();
        for (f, &bias) in bias.iter().enumerate() {
            if self.shape.minimal {
                for i in (0..self.sums).step_by(lanes::<F, S>()) {
                    let mut m = [F::splat(simd, F::zero()); winograd::IN];
                    for (p, m) in m.iter_mut().enumerate() {
                        *m = load(simd, &buffers.sums[p * step + f * line + i..]);
                    }
                    let y = product::<F, S, _, _>(simd, &winograd::OUTPUT, &m);
                    for (k, y) in y.into_iter().enumerate() {
                        store(simd, &mut buffers.phases[k * self.phase() + i..], y);
                    }
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
                    for (y, &sum) in row.iter_mut().zip(from) {
                        *y = sum + bias;
                    }
                }
            }
        }
    }

    /// From the gradients of all maps to those of their sums.
    #[inline(always)]
    fn spread_back<F: Float, S: Simd>(
        &self,
        simd: S,
        maps: &[F],
        buffers: &mut Buffers<F>,
        db: &mut [F],
    ) {
        let Shape { map: (height, width), .. } = self.shape;
        let line = self.sum_line();
        let step = self.sum_lines();
        buffers.sums.fill(F::zero());
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
                    to[..width].copy_from_slice(row);
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
                    let m = product::<F, S, _, _>(simd, &transposed(winograd::OUTPUT), &y);
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
    fn gather_back<F: Float, S: Simd>(&self, simd: S, buffers: &mut Buffers<F>, images: &mut [F]) {
        let Shape { channels, image: (height, width), pad, .. } = self.shape;
        let line = self.line();
        let step = self.lines();
        let one = F::splat(simd, F::one());
        for c in 0..channels {
            if self.shape.minimal {
                buffers.phases.fill(F::zero());
                for i in (0..self.sums).step_by(lanes::<F, S>()) {
                    let mut v = [F::splat(simd, F::zero()); winograd::IN];
                    for (p, v) in v.iter_mut().enumerate() {
                        *v = load(simd, &buffers.lines[p * step + c * line + i..]);
                    }
                    let d = product::<F, S, _, _>(simd, &transposed(winograd::INPUT), &v);
                    for (r, d) in d.into_iter().enumerate() {
                        let phase = &mut buffers.phases[self.place(r, 0, winograd::OUT) + i..];
                        store(simd, phase, F::multiply_add(simd, one, load(simd, phase), d));
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
                    row.copy_from_slice(&from[..width]);
                }
            }
        }
    }
}

/// What one thread needs beside images and maps, used again and again.
#[derive(Default)]
pub(super) struct Buffers<F> {
    /// The channels' lines, and on the way back their gradients.
    lines: Vec<F>,
    /// The filters' sums, and on the way back their gradients.
    sums: Vec<F>,
    /// Every fourth row of one channel.
    phases: Vec<F>,
    /// Gradients of the weights.
    weights: Vec<F>,
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

    fn fit(&mut self, lines: &Lines) {
        let positions = lines.shape.positions();
        self.lines.resize(positions * lines.lines(), F::zero());
        self.sums.resize(positions * lines.sum_lines(), F::zero());
        self.phases.resize(winograd::OUT * lines.phase(), F::zero());
    }
}

fn pack<F: Float>(shape: &Shape, w: &[F], forward: bool, packed: &mut Vec<F>) {
    let Shape { channels, filters, window: (height, width), .. } = *shape;
    let (outputs, inputs) = if forward { (filters, channels) } else { (channels, filters) };
    let taps = shape.taps();
    let position = outputs.next_multiple_of(FILTERS) * inputs * taps;
    packed.clear();
    packed.resize(shape.positions() * position, F::zero());
    let kernels = w.chunks_exact(height * width);
    for (i, kernel) in kernels.enumerate() {
        let (f, c) = (i / channels, i % channels);
        let (output, input) = if forward { (f, c) } else { (c, f) };
        let block = output / FILTERS * FILTERS * inputs * taps;
        let first = block + input * taps * FILTERS + output % FILTERS;
        for (k, at) in (first..).step_by(FILTERS).take(taps).enumerate() {
            if shape.minimal {
                for (p, factors) in winograd::FILTER.iter().enumerate() {
                    let rows = kernel[k..].iter().step_by(width);
                    let product = |(&factor, &w)| F::of(factor) * w;
                    packed[p * position + at] = factors.iter().zip(rows).map(product).sum();
                }
            } else {
                packed[at] = kernel[k];
            }
        }
    }
}

/// Images to maps, on one thread.
pub(super) struct Forward<'a, F> {
    pub shape: Shape,
    /// From [`Buffers::filters`].
    pub filters: &'a [F],
    pub bias: &'a [F],
    pub images: &'a [F],
    pub maps: &'a mut [F],
    pub buffers: &'a mut Buffers<F>,
}

impl<F: Float> WithSimd for Forward<'_, F> {
    type Output = ();

    // ANCHOR: forward
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { shape, filters, bias, images, maps, buffers } = self;
        let group = shape.group();
        let images = images.chunks(group * shape.image_len());
        for (images, maps) in images.zip(maps.chunks_mut(group * shape.map_len())) {
            let lines = Lines::new(shape, images.len() / shape.image_len());
            buffers.fit(&lines);
            lines.spread(simd, images, buffers);
            let shifts = lines.shifts(true);
            let filters = filters.chunks_exact(filters.len() / shape.positions());
            let sums = buffers.sums.chunks_exact_mut(lines.sum_lines());
            for ((filters, line), sums) in
                filters.zip(buffers.lines.chunks_exact(lines.lines())).zip(sums)
            {
                correlate(simd, filters, &shifts, line, sums, (lines.sum_line(), lines.sums));
            }
            lines.gather(simd, buffers, bias, maps);
        }
    }
    // ANCHOR_END: forward
}

/// Gradients of maps to those of weights, and to those of images, on one thread.
pub(super) struct Backward<'a, F> {
    pub shape: Shape,
    /// From [`Buffers::filters`] for the way back, if the images' gradients are wanted.
    pub filters: Option<&'a [F]>,
    /// The images; their gradients take their place.
    pub images: &'a mut [F],
    pub maps: &'a [F],
    pub dw: &'a mut [F],
    pub db: &'a mut [F],
    pub buffers: &'a mut Buffers<F>,
}

impl<F: Float> WithSimd for Backward<'_, F> {
    type Output = ();

    // ANCHOR: backward
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { shape, filters, images, maps, dw, db, buffers } = self;
        let group = shape.group();
        let count = (shape.channels * shape.taps()).next_multiple_of(SHIFTS);
        let weights = shape.filters.next_multiple_of(FILTERS) * count;
        buffers.weights.clear();
        buffers.weights.resize(shape.positions() * weights, F::zero());
        db.fill(F::zero());
        let images = images.chunks_mut(group * shape.image_len());
        for (images, maps) in images.zip(maps.chunks(group * shape.map_len())) {
            let lines = Lines::new(shape, images.len() / shape.image_len());
            buffers.fit(&lines);
            lines.spread(simd, images, buffers);
            lines.spread_back(simd, maps, buffers, db);
            let back = lines.shifts(false);
            let mut shifts = lines.shifts(true);
            shifts.resize(count, 0);
            for p in 0..shape.positions() {
                let line = &mut buffers.lines[p * lines.lines()..][..lines.lines()];
                let sums = &buffers.sums[p * lines.sum_lines()..][..lines.sum_lines()];
                let dw = &mut buffers.weights[p * weights..][..weights];
                let size = (lines.sum_line(), lines.sums);
                dot_products(simd, &sums[lines.reach..], &shifts, line, dw, size);
                if let Some(filters) = filters {
                    let position = filters.len() / shape.positions();
                    let filters = &filters[p * position..][..position];
                    let len = if shape.minimal { lines.sums } else { lines.line() };
                    correlate(simd, filters, &back, sums, line, (lines.line(), len));
                }
            }
            if filters.is_some() {
                lines.gather_back(simd, buffers, images);
            }
        }
        shape.unpack(&buffers.weights, count, dw);
    }
    // ANCHOR_END: backward
}

impl Shape {
    /// From the gradients of what was multiplied to those of the filters, F×C×KH×KW.
    #[inline(always)]
    fn unpack<F: Float>(&self, packed: &[F], count: usize, dw: &mut [F]) {
        let (height, width) = self.window;
        let position = self.filters.next_multiple_of(FILTERS) * count;
        for (i, dw) in dw.chunks_exact_mut(height * width).enumerate() {
            let (f, c) = (i / self.channels, i % self.channels);
            let first = f * count + c * self.taps();
            if self.minimal {
                for (row, dw) in dw.chunks_exact_mut(width).enumerate() {
                    for (k, dw) in dw.iter_mut().enumerate() {
                        *dw = F::zero();
                        for (p, factors) in winograd::FILTER.iter().enumerate() {
                            *dw += F::of(factors[row]) * packed[p * position + first + k];
                        }
                    }
                }
            } else {
                dw.copy_from_slice(&packed[first..first + height * width]);
            }
        }
    }
}
