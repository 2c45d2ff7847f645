//! Convolution with stride 1, as sums over shifted lines; 3×3 filters by minimal filtering.

pub(crate) mod geometry;

mod correlate;
mod direct;
mod lines;
mod winograd;

use std::array::from_fn;

use pulp::{Simd, WithSimd};

use self::correlate::{FILTERS, SHIFTS, correlate, dot_products};
use self::geometry::Geometry;
pub use self::lines::Buffers;
use self::lines::Lines;
use super::simd::dispatch;
use crate::scalar::Scalar;

/// About as many numbers should be in a line: enough to fill vectors, few enough for the cache.
const LINE: usize = 416;
/// With fewer channels, what minimal filtering saves is less than its transforms cost.
const WORTH_TRANSFORMING: usize = 4;

/// A number type for which convolution has been compiled: once, here, and not in every crate that
/// has a network.
pub trait Convolve: Scalar {
    /// Images to maps.
    fn forward(work: Forward<'_, Self>);

    /// Gradients of maps to those of weights, biases and images.
    fn backward(work: Backward<'_, Self>);
}

impl Convolve for f32 {
    fn forward(work: Forward<'_, Self>) {
        dispatch(work);
    }

    fn backward(work: Backward<'_, Self>) {
        dispatch(work);
    }
}

impl Convolve for f64 {
    fn forward(work: Forward<'_, Self>) {
        dispatch(work);
    }

    fn backward(work: Backward<'_, Self>) {
        dispatch(work);
    }
}

/// How the sums are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    /// Every weight multiplies the line of its channel.
    Direct,
    /// Columns go through Winograd's minimal filtering, F(4, 3).
    Winograd,
}

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
    algorithm: Algorithm,
}

impl Shape {
    /// `filters` filters with this geometry, whose stride is 1.
    pub(crate) fn new(filters: usize, geometry: &Geometry) -> Self {
        let (channels, height, width) = geometry.shape();
        let window = geometry.window().size();
        let three = window == (winograd::TAPS, winograd::TAPS);
        Self {
            channels,
            filters,
            image: (height, width),
            window,
            map: (geometry.down, geometry.across),
            pad: geometry.window().pad(),
            algorithm: match three && channels >= WORTH_TRANSFORMING {
                true => Algorithm::Winograd,
                false => Algorithm::Direct,
            },
        }
    }

    /// Lines that hold an image's channel: one, or one for each element of a transformed tile.
    #[inline(always)]
    fn elements(&self) -> usize {
        match self.algorithm {
            Algorithm::Direct => 1,
            Algorithm::Winograd => winograd::IN,
        }
    }

    /// Rows of weights that look at one line.
    #[inline(always)]
    fn tap_rows(&self) -> usize {
        match self.algorithm {
            Algorithm::Direct => self.window.0,
            Algorithm::Winograd => 1,
        }
    }

    /// Weights that a filter has for one line.
    #[inline(always)]
    fn taps(&self) -> usize {
        self.tap_rows() * self.window.1
    }

    /// Rows of the map, or tiles of rows.
    #[inline(always)]
    fn rows(&self) -> usize {
        match self.algorithm {
            Algorithm::Direct => self.map.0,
            Algorithm::Winograd => self.map.0.div_ceil(winograd::OUT),
        }
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

    /// Weights of a filter, as many as [`dot_products`] works on at once.
    #[inline(always)]
    fn padded_taps(&self) -> usize {
        (self.channels * self.taps()).next_multiple_of(SHIFTS)
    }

    /// How many gradients [`Backward`] finds, without those of the biases.
    #[inline(always)]
    pub fn gradients(&self) -> usize {
        self.elements() * self.filters.next_multiple_of(FILTERS) * self.padded_taps()
    }

    /// Filters F×C×KH×KW, [`FILTERS`] of them side by side; for the backward pass, channels and
    /// filters change places. Where filters are missing in the last block, the last one stands in
    /// for them.
    fn pack<F: Scalar>(&self, w: &[F], forward: bool, packed: &mut Vec<F>) {
        let Shape { channels, filters, window: (height, width), .. } = *self;
        let (outputs, inputs) = if forward { (filters, channels) } else { (channels, filters) };
        let kernel = |output: usize, input: usize| {
            let (f, c) = if forward { (output, input) } else { (input, output) };
            &w[(f * channels + c) * height * width..][..height * width]
        };
        let element = outputs.next_multiple_of(FILTERS) * inputs * self.taps();
        packed.resize(self.elements() * element, F::zero());
        let (mut at, block) = (0, FILTERS * self.taps());
        for first in (0..outputs).step_by(FILTERS) {
            for input in 0..inputs {
                let kernels = from_fn(|i| kernel((first + i).min(outputs - 1), input));
                match self.algorithm {
                    Algorithm::Direct => direct::pack(kernels, &mut packed[at..at + block]),
                    Algorithm::Winograd => winograd::pack(kernels, packed, (at, element)),
                }
                at += block;
            }
        }
    }

    /// The gradient of filter `f`, C×KH×KW, and of its bias, from what was found for each part of
    /// the batch, added up in order.
    pub fn add_up<F: Scalar>(&self, parts: &[F], f: usize, dw: &mut [F]) -> F {
        let (taps, row) = (self.taps(), self.padded_taps());
        let element = self.gradients() / self.elements();
        let parts = parts.chunks_exact(self.gradients() + self.filters);
        let mut sum = vec![F::zero(); self.elements() * row];
        let mut db = F::zero();
        for part in parts {
            for (p, sum) in sum.chunks_exact_mut(row).enumerate() {
                let found = &part[p * element + f * row..][..row];
                sum.iter_mut().zip(found).for_each(|(sum, &d)| *sum += d);
            }
            db += part[self.gradients() + f];
        }
        match self.algorithm {
            Algorithm::Direct => dw.copy_from_slice(&sum[..dw.len()]),
            Algorithm::Winograd => {
                let kernels = dw.chunks_exact_mut(self.window.0 * self.window.1);
                for (c, dw) in kernels.enumerate() {
                    winograd::kernel_gradient(|p, k| sum[p * row + c * taps + k], dw);
                }
            }
        }
        db
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

impl<F: Scalar> WithSimd for Forward<'_, F> {
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
            match shape.algorithm {
                Algorithm::Direct => direct::input(&lines, images, buffers),
                Algorithm::Winograd => winograd::input(&lines, simd, images, buffers),
            }
            let shifts = lines.shifts(true);
            let filters = filters.chunks_exact(filters.len() / shape.elements());
            let sums = buffers.sums.chunks_exact_mut(lines.sum_lines());
            for ((filters, line), sums) in
                filters.zip(buffers.lines.chunks_exact(lines.lines())).zip(sums)
            {
                correlate(simd, filters, &shifts, line, sums, (lines.sum_line(), lines.sums));
            }
            match shape.algorithm {
                Algorithm::Direct => direct::output(&lines, simd, buffers, bias, maps),
                Algorithm::Winograd => winograd::output(&lines, simd, buffers, bias, maps),
            }
        }
    }
    // ANCHOR_END: forward
}

/// Gradients of maps to those of weights, and to those of images, on one thread.
pub struct Backward<'a, F> {
    pub shape: Shape,
    /// From [`Buffers::filters`] for the backward pass, if the images' gradients are wanted.
    pub filters: Option<&'a [F]>,
    /// The images; their gradients take their place.
    pub images: &'a mut [F],
    pub maps: &'a [F],
    /// Gradients of what is multiplied, [`Shape::gradients`] numbers, and of the biases.
    pub d: &'a mut [F],
    pub buffers: &'a mut Buffers<F>,
}

impl<F: Scalar> WithSimd for Backward<'_, F> {
    type Output = ();

    // ANCHOR: backward
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { shape, filters, images, maps, d, buffers } = self;
        let group = shape.group();
        let weights = shape.gradients() / shape.elements();
        d.fill(F::zero());
        let (dw, db) = d.split_at_mut(shape.gradients());
        let images = images.chunks_mut(group * shape.image_len());
        for (images, maps) in images.zip(maps.chunks(group * shape.map_len())) {
            let lines = Lines::new(shape, images.len() / shape.image_len());
            buffers.fit(&lines);
            match shape.algorithm {
                Algorithm::Direct => direct::input(&lines, images, buffers),
                Algorithm::Winograd => winograd::input(&lines, simd, images, buffers),
            }
            match shape.algorithm {
                Algorithm::Direct => direct::output_gradient(&lines, simd, maps, buffers, db),
                Algorithm::Winograd => winograd::output_gradient(&lines, simd, maps, buffers, db),
            }
            let back = lines.shifts(false);
            let mut shifts = lines.shifts(true);
            shifts.resize(shape.padded_taps(), 0);
            for p in 0..shape.elements() {
                let line = &mut buffers.lines[p * lines.lines()..][..lines.lines()];
                let sums = &buffers.sums[p * lines.sum_lines()..][..lines.sum_lines()];
                let dw = &mut dw[p * weights..][..weights];
                let size = (lines.sum_line(), lines.sums);
                dot_products(simd, &sums[lines.reach..], &shifts, line, dw, size);
                if let Some(filters) = filters {
                    let element = filters.len() / shape.elements();
                    let filters = &filters[p * element..][..element];
                    let len = match shape.algorithm {
                        Algorithm::Direct => lines.line(),
                        Algorithm::Winograd => lines.sums,
                    };
                    correlate(simd, filters, &back, sums, line, (lines.line(), len));
                }
            }
            if filters.is_some() {
                match shape.algorithm {
                    Algorithm::Direct => direct::input_gradient(&lines, buffers, images),
                    Algorithm::Winograd => winograd::input_gradient(&lines, simd, buffers, images),
                }
            }
        }
    }
    // ANCHOR_END: backward
}

#[cfg(test)]
mod tests {
    use pulp::Scalar as OneByOne;

    use super::geometry::Window;
    use super::*;

    /// Maps, gradients of what is multiplied with those of the biases, and gradients of the images.
    fn all_of<F: Scalar>(
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

    fn largest_difference<F: Scalar>(a: &[Vec<F>; 3], b: &[Vec<F>; 3]) -> f64 {
        let pairs = a.iter().flatten().zip(b.iter().flatten());
        pairs.map(|(&a, &b)| (a - b).as_f64().abs()).fold(0., f64::max)
    }

    #[test]
    fn vectors_and_minimal_filtering_change_nothing_but_roundings() {
        for (channels, filters, size, pad, image) in
            [(5, 6, (3, 3), 1, (9, 7)), (4, 3, (3, 3), 2, (6, 10)), (2, 5, (2, 4), 0, (5, 6))]
        {
            let geometry =
                Window::new(size, 1, pad).and_then(|w| w.on((channels, image.0, image.1)));
            let shape = Shape::new(filters, &geometry.expect("it fits"));
            assert_eq!(shape.algorithm == Algorithm::Winograd, size == (3, 3));
            let wide = all_of::<f64>(shape, |op| dispatch(op), |op| dispatch(op));
            let plain = all_of(shape, |op| op.with_simd(OneByOne), |op| op.with_simd(OneByOne));
            assert!(largest_difference(&wide, &plain) < 1e-13, "vectors, {shape:?}");
            let direct = Shape { algorithm: Algorithm::Direct, ..shape };
            let direct = all_of(direct, |op| dispatch(op), |op| dispatch(op));
            assert!(largest_difference(&wide, &direct) < 1e-12, "minimal filtering, {shape:?}");

            let wide = all_of::<f32>(shape, |op| dispatch(op), |op| dispatch(op));
            let plain = all_of(shape, |op| op.with_simd(OneByOne), |op| op.with_simd(OneByOne));
            assert!(largest_difference(&wide, &plain) < 1e-4, "vectors in f32, {shape:?}");
        }
    }
}
