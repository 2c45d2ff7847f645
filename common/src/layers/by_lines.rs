//! Convolution with stride 1, as sums over shifted lines; 3×3 filters by minimal filtering.

use pulp::{Simd, WithSimd};

use super::lines::{BLOCK, FILTERS, SHIFTS, correlate, dot_products};
use super::window::Walk;
use super::winograd::{self, product};
use crate::Float;
use crate::simd::{lanes, load, store};

/// About as many numbers should be in a line: enough to fill vectors, few enough for the cache.
const LINE: usize = 416;
/// With fewer channels, what minimal filtering saves is less than its transformations cost.
const WORTH_TRANSFORMING: usize = 4;

/// Sizes of a convolution, and how it is computed.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
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
    pub(super) fn new(filters: usize, walk: &Walk) -> Self {
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
    #[inline(always)]
    fn positions(&self) -> usize {
        if self.minimal { winograd::IN } else { 1 }
    }

    /// Weights that a filter has for one channel in each of these.
    #[inline(always)]
    fn taps(&self) -> usize {
        if self.minimal { self.window.1 } else { self.window.0 * self.window.1 }
    }

    /// Rows of the map, or tiles of rows.
    #[inline(always)]
    fn rows(&self) -> usize {
        if self.minimal { self.map.0.div_ceil(winograd::OUT) } else { self.map.0 }
    }

    /// From a row to the next: the border to the right of a row is the one to the left of the next.
    #[inline(always)]
    fn padded_width(&self) -> usize {
        (self.image.1 + self.pad).max(self.map.1)
    }

    #[inline(always)]
    fn image_len(&self) -> usize {
        self.channels * self.image.0 * self.image.1
    }

    #[inline(always)]
    fn map_len(&self) -> usize {
        self.filters * self.map.0 * self.map.1
    }

    /// Images that are worked on together.
    #[inline(always)]
    fn group(&self) -> usize {
        (LINE / (self.rows() * self.padded_width())).max(1)
    }
}

/// Where in a line what stands, for a group of images: rows lie one after the other, those of
/// the same number from all images side by side.
#[derive(Clone, Copy)]
struct Lines {
    shape: Shape,
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
            row,
            sums: (shape.rows() * row).next_multiple_of(BLOCK),
            reach: (below + width - 1).next_multiple_of(BLOCK),
        }
    }

    /// Numbers of a channel's line.
    #[inline(always)]
    fn line(&self) -> usize {
        self.sums + self.reach
    }

    /// Numbers of a filter's line: before the sums there are as many zeros as weights look far, for
    /// the way back.
    #[inline(always)]
    fn sum_line(&self) -> usize {
        self.reach + self.line()
    }

    /// Numbers of all channels' lines, and of all filters'.
    #[inline(always)]
    fn lines(&self) -> usize {
        self.shape.channels.next_multiple_of(FILTERS) * self.line()
    }

    #[inline(always)]
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
                    let d = product::<F, S, _, _>(simd, &winograd::INPUT_BACK, &v);
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

/// What one thread needs beside images and maps, used again and again.
#[derive(Default)]
pub struct Buffers<F> {
    /// The channels' lines, and on the way back their gradients.
    lines: Vec<F>,
    /// The filters' sums, and on the way back their gradients.
    sums: Vec<F>,
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
pub struct Forward<'a, F> {
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
pub struct Backward<'a, F> {
    pub shape: Shape,
    /// From [`Buffers::filters`] for the way back, if the images' gradients are wanted.
    pub filters: Option<&'a [F]>,
    /// The images; their gradients take their place.
    pub images: &'a mut [F],
    pub maps: &'a [F],
    /// Gradients of what is multiplied, [`Shape::gradients`] numbers, and of the biases.
    pub d: &'a mut [F],
    pub buffers: &'a mut Buffers<F>,
}

impl<F: Float> WithSimd for Backward<'_, F> {
    type Output = ();

    // ANCHOR: backward
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { shape, filters, images, maps, d, buffers } = self;
        let group = shape.group();
        let weights = shape.gradients() / shape.positions();
        d.fill(F::zero());
        let (dw, db) = d.split_at_mut(shape.gradients());
        let images = images.chunks_mut(group * shape.image_len());
        for (images, maps) in images.zip(maps.chunks(group * shape.map_len())) {
            let lines = Lines::new(shape, images.len() / shape.image_len());
            buffers.fit(&lines);
            lines.spread(simd, images, buffers);
            lines.spread_back(simd, maps, buffers, db);
            let back = lines.shifts(false);
            let mut shifts = lines.shifts(true);
            shifts.resize(shape.padded_taps(), 0);
            for p in 0..shape.positions() {
                let line = &mut buffers.lines[p * lines.lines()..][..lines.lines()];
                let sums = &buffers.sums[p * lines.sum_lines()..][..lines.sum_lines()];
                let dw = &mut dw[p * weights..][..weights];
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
    }
    // ANCHOR_END: backward
}

impl Shape {
    /// Weights of a filter, as many as [`dot_products`] works on at once.
    #[inline(always)]
    fn padded_taps(&self) -> usize {
        (self.channels * self.taps()).next_multiple_of(SHIFTS)
    }

    /// How many gradients [`Backward`] finds, without those of the biases.
    #[inline(always)]
    pub fn gradients(&self) -> usize {
        self.positions() * self.filters.next_multiple_of(FILTERS) * self.padded_taps()
    }

    /// From the gradients of what is multiplied to those of the filters, F×C×KH×KW.
    pub fn unpack<F: Float>(&self, d: &[F], dw: &mut [F]) {
        let (height, width) = self.window;
        let position = self.gradients() / self.positions();
        for (i, dw) in dw.chunks_exact_mut(height * width).enumerate() {
            let (f, c) = (i / self.channels, i % self.channels);
            let first = f * self.padded_taps() + c * self.taps();
            if self.minimal {
                for (row, dw) in dw.chunks_exact_mut(width).enumerate() {
                    for (k, dw) in dw.iter_mut().enumerate() {
                        let gradient = |p: usize| d[p * position + first + k];
                        let factor = |p: usize| F::of(winograd::FILTER[p][row]);
                        *dw = (0..winograd::IN).map(|p| factor(p) * gradient(p)).sum();
                    }
                }
            } else {
                dw.copy_from_slice(&d[first..first + height * width]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use pulp::Scalar;

    use super::*;
    use crate::layers::Window;
    use crate::simd::dispatch;

    /// Maps, gradients of what is multiplied with those of the biases, and gradients of the images.
    fn all_of<F: Float>(
        shape: Shape,
        run: impl Fn(Forward<'_, F>),
        back: impl Fn(Backward<'_, F>),
    ) -> [Vec<F>; 3] {
        let numbers = |count: usize, step: usize| {
            (0..count).map(|i| F::of((i * step % 23) as f64 / 23. - 0.5)).collect::<Vec<_>>()
        };
        let images = 3;
        let weights = shape.filters * shape.channels * shape.window.0 * shape.window.1;
        let (w, bias) = (numbers(weights, 7), numbers(shape.filters, 3));
        let mut x = numbers(images * shape.image_len(), 5);
        let (mut y, dy) =
            (numbers(images * shape.map_len(), 1), numbers(images * shape.map_len(), 11));
        let (mut packed, mut buffers) = (Buffers::default(), Buffers::default());
        let filters = packed.filters(&shape, &w, true);
        let (maps, buffers) = (&mut y[..], &mut buffers);
        run(Forward { shape, filters, bias: &bias, images: &x, maps, buffers });
        let mut d = numbers(shape.gradients() + shape.filters, 2);
        let filters = Some(packed.filters(&shape, &w, false));
        let (images, d_all) = (&mut x[..], &mut d[..]);
        back(Backward { shape, filters, images, maps: &dy, d: d_all, buffers });
        let mut dw = vec![F::zero(); weights];
        shape.unpack(&d[..shape.gradients()], &mut dw);
        dw.extend(&d[shape.gradients()..]);
        [y, dw, x]
    }

    fn largest_difference<F: Float>(a: &[Vec<F>; 3], b: &[Vec<F>; 3]) -> f64 {
        let pairs = a.iter().flatten().zip(b.iter().flatten());
        pairs.map(|(&a, &b)| (a - b).as_f64().abs()).fold(0., f64::max)
    }

    #[test]
    fn vectors_and_minimal_filtering_change_nothing_but_roundings() {
        for (channels, filters, size, pad, image) in
            [(5, 6, (3, 3), 1, (9, 7)), (4, 3, (3, 3), 2, (6, 10)), (2, 5, (2, 4), 0, (5, 6))]
        {
            let walk = Window::new(size, 1, pad).and_then(|w| w.walk((channels, image.0, image.1)));
            let shape = Shape::new(filters, &walk.expect("it fits"));
            assert_eq!(shape.minimal, size == (3, 3));
            let wide = all_of::<f64>(shape, |op| dispatch(op), |op| dispatch(op));
            let plain = all_of(shape, |op| op.with_simd(Scalar), |op| op.with_simd(Scalar));
            assert!(largest_difference(&wide, &plain) < 1e-13, "vectors, {shape:?}");
            let direct = Shape { minimal: false, ..shape };
            let direct = all_of(direct, |op| dispatch(op), |op| dispatch(op));
            assert!(largest_difference(&wide, &direct) < 1e-12, "minimal filtering, {shape:?}");

            let wide = all_of::<f32>(shape, |op| dispatch(op), |op| dispatch(op));
            let plain = all_of(shape, |op| op.with_simd(Scalar), |op| op.with_simd(Scalar));
            assert!(largest_difference(&wide, &plain) < 1e-4, "vectors in f32, {shape:?}");
        }
    }
}
