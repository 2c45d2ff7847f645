//! Convolution with stride 1, as sums over shifted lines; 3×3 filters by minimal filtering.

mod filters;
mod layout;

use pulp::{Simd, WithSimd};

pub use self::layout::Buffers;
use self::layout::Lines;
use super::lines::{correlate, dot_products};
use super::window::Walk;
use super::winograd;
use crate::Float;

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
        let kernels = dw.chunks_exact_mut(weights / shape.filters).enumerate();
        let db: Vec<F> = kernels.map(|(f, dw)| shape.add_up(&d, f, dw)).collect();
        dw.extend(db);
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
