//! Convolution with stride 1: as sums over shifted lines, or with 3×3 filters over tiles by minimal
//! filtering.

pub(crate) mod geometry;

mod buffers;
mod correlate;
mod direct;
mod lines;
mod pixels;
mod tiles;
mod winograd;

use pulp::{Simd, WithSimd};

pub use self::buffers::Buffers;
use self::geometry::Geometry;
use super::simd::dispatch;
use crate::scalar::Scalar;

/// Filters whose gradients are added up together: those that fill the longest vector.
pub const TOGETHER: usize = tiles::CHANNELS;

/// A number type for which convolution has been compiled: once, here, and not in every crate that
/// has a network.
pub trait Convolve: Scalar {
    /// Filters as the other computations read them.
    fn pack(work: Pack<'_, Self>);

    /// Images to maps.
    fn forward(work: Forward<'_, Self>);

    /// Gradients of maps to those of weights, biases and images.
    fn backward(work: Backward<'_, Self>);

    /// Gradients of all parts of a batch to those of the batch.
    fn add_up(work: AddUp<'_, Self>);
}

impl Convolve for f32 {
    fn pack(work: Pack<'_, Self>) {
        dispatch(work);
    }

    fn forward(work: Forward<'_, Self>) {
        dispatch(work);
    }

    fn backward(work: Backward<'_, Self>) {
        dispatch(work);
    }

    fn add_up(work: AddUp<'_, Self>) {
        dispatch(work);
    }
}

impl Convolve for f64 {
    fn pack(work: Pack<'_, Self>) {
        dispatch(work);
    }

    fn forward(work: Forward<'_, Self>) {
        dispatch(work);
    }

    fn backward(work: Backward<'_, Self>) {
        dispatch(work);
    }

    fn add_up(work: AddUp<'_, Self>) {
        dispatch(work);
    }
}

/// How the sums are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    /// Every weight multiplies the line of its channel.
    Direct,
    /// Tiles go through Winograd's minimal filtering, F(4×4, 3×3).
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
        let direct = Self {
            channels,
            filters,
            image: (height, width),
            window: geometry.window().size(),
            map: (geometry.down, geometry.across),
            pad: geometry.window().pad(),
            algorithm: Algorithm::Direct,
        };
        match tiles::pay(&direct) {
            true => Self { algorithm: Algorithm::Winograd, ..direct },
            false => direct,
        }
    }

    #[inline(always)]
    fn image_len(&self) -> usize {
        self.channels * self.image.0 * self.image.1
    }

    #[inline(always)]
    fn map_len(&self) -> usize {
        self.filters * self.map.0 * self.map.1
    }

    /// Weights of a filter.
    #[inline(always)]
    fn filter_len(&self) -> usize {
        self.channels * self.window.0 * self.window.1
    }

    /// How many gradients [`Backward`] finds, without those of the biases.
    #[inline(always)]
    pub fn gradients(&self) -> usize {
        match self.algorithm {
            Algorithm::Direct => direct::gradients(self),
            Algorithm::Winograd => tiles::gradients(self),
        }
    }
}

/// Filters in the order in which the computations read them; for the backward pass, channels and
/// filters change places.
pub struct Pack<'a, F> {
    pub shape: Shape,
    /// F×C×KH×KW.
    pub w: &'a [F],
    pub forward: bool,
    pub packed: &'a mut Vec<F>,
}

impl<F: Scalar> WithSimd for Pack<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.shape.algorithm {
            Algorithm::Direct => direct::pack(self),
            Algorithm::Winograd => tiles::pack(simd, self),
        }
    }
}

/// Images to maps, on one thread.
pub struct Forward<'a, F> {
    pub shape: Shape,
    /// From [`Pack`].
    pub filters: &'a [F],
    pub bias: &'a [F],
    pub images: &'a [F],
    pub maps: &'a mut [F],
    pub buffers: &'a mut Buffers<F>,
}

impl<F: Scalar> WithSimd for Forward<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.shape.algorithm {
            Algorithm::Direct => direct::forward(simd, self),
            Algorithm::Winograd => tiles::forward(simd, self),
        }
    }
}

/// Gradients of maps to those of weights, and to those of images, on one thread.
pub struct Backward<'a, F> {
    pub shape: Shape,
    /// From [`Pack`] for the backward pass, if the images' gradients are wanted.
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

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.shape.algorithm {
            Algorithm::Direct => direct::backward(simd, self),
            Algorithm::Winograd => tiles::backward(simd, self),
        }
    }
}

/// The gradients of some filters, and of their biases, from what [`Backward`] found for each part of
/// the batch, added up in order.
pub struct AddUp<'a, F> {
    pub shape: Shape,
    /// Of each part, the gradients of what is multiplied and of the biases.
    pub parts: &'a [F],
    /// The first of these filters.
    pub first: usize,
    /// Some filters C×KH×KW.
    pub dw: &'a mut [F],
    /// As many biases.
    pub db: &'a mut [F],
}

impl<F: Scalar> WithSimd for AddUp<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let gradients = self.shape.gradients();
        let parts = || self.parts.chunks_exact(gradients + self.shape.filters);
        for (f, db) in (self.first..).zip(self.db.iter_mut()) {
            *db = parts().fold(F::zero(), |sum, part| sum + part[gradients + f]);
        }
        match self.shape.algorithm {
            Algorithm::Direct => direct::add_up(self),
            Algorithm::Winograd => tiles::add_up(simd, self),
        }
    }
}

#[cfg(test)]
mod tests {
    use pulp::Scalar as OneByOne;

    use super::geometry::Window;
    use super::*;

    /// Maps, gradients of what is multiplied with those of the biases, and gradients of the images.
    fn all_of<F: Convolve>(
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
        // Whatever was left in the buffers must not matter.
        let (mut packed, mut buffers) = (vec![F::nan(); 100], Buffers::default());
        for numbers in
            [&mut buffers.inputs, &mut buffers.outputs, &mut buffers.pixels, &mut buffers.gradients]
        {
            numbers.resize(100_000, F::nan());
        }
        F::pack(Pack { shape, w: &w, forward: true, packed: &mut packed });
        let filters = &packed;
        let (maps, buffers) = (&mut y[..], &mut buffers);
        run(Forward { shape, filters, bias: &bias, images: &x, maps, buffers });
        let mut d = numbers(shape.gradients() + shape.filters, 2);
        F::pack(Pack { shape, w: &w, forward: false, packed: &mut packed });
        let filters = Some(&packed[..]);
        let (images, d_all) = (&mut x[..], &mut d[..]);
        back(Backward { shape, filters, images, maps: &dy, d: d_all, buffers });
        let mut dw = vec![F::zero(); weights];
        let mut db = vec![F::zero(); shape.filters];
        F::add_up(AddUp { shape, parts: &d, first: 0, dw: &mut dw, db: &mut db });
        dw.extend(db);
        [y, dw, x]
    }

    fn largest_difference<F: Scalar>(a: &[Vec<F>; 3], b: &[Vec<F>; 3]) -> f64 {
        let pairs = a.iter().flatten().zip(b.iter().flatten());
        let differences = pairs.map(|(&a, &b)| (a - b).as_f64().abs());
        differences.fold(0., |most, d| if d.is_nan() { f64::INFINITY } else { most.max(d) })
    }

    #[test]
    fn vectors_and_minimal_filtering_change_nothing_but_roundings() {
        for (channels, filters, size, pad, image, algorithm) in [
            (9, 10, (3, 3), 1, (9, 7), Algorithm::Winograd),
            (17, 21, (3, 3), 0, (11, 16), Algorithm::Winograd),
            (8, 11, (3, 3), 2, (6, 10), Algorithm::Winograd),
            (16, 16, (3, 3), 1, (3, 3), Algorithm::Winograd),
            (16, 16, (3, 3), 0, (4, 4), Algorithm::Direct),
            (7, 8, (3, 3), 1, (8, 8), Algorithm::Direct),
            (2, 5, (2, 4), 0, (5, 6), Algorithm::Direct),
            (3, 9, (5, 5), 2, (7, 9), Algorithm::Direct),
        ] {
            let geometry =
                Window::new(size, 1, pad).and_then(|w| w.on((channels, image.0, image.1)));
            let shape = Shape::new(filters, &geometry.expect("it fits"));
            assert_eq!(shape.algorithm, algorithm, "{shape:?}");
            let wide = all_of::<f64>(shape, |op| dispatch(op), |op| dispatch(op));
            let plain = all_of(shape, |op| op.with_simd(OneByOne), |op| op.with_simd(OneByOne));
            assert!(largest_difference(&wide, &plain) < 1e-12, "vectors, {shape:?}");
            let direct = Shape { algorithm: Algorithm::Direct, ..shape };
            let direct = all_of(direct, |op| dispatch(op), |op| dispatch(op));
            assert!(largest_difference(&wide, &direct) < 1e-11, "minimal filtering, {shape:?}");

            let wide = all_of::<f32>(shape, |op| dispatch(op), |op| dispatch(op));
            let plain = all_of(shape, |op| op.with_simd(OneByOne), |op| op.with_simd(OneByOne));
            assert!(largest_difference(&wide, &plain) < 2e-4, "vectors in f32, {shape:?}");
        }
    }
}
