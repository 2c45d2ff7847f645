//! The convolution layer: one small set of weights for every place of an image.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, Array4, ArrayD, ArrayView2, ArrayViewMut2, IxDyn};
use rayon::prelude::*;

use super::by_lines::{Backward, Buffers, Forward, Shape};
use super::window::{Walk, Window};
use crate::init::Init;
use crate::layer::{Layer, Param, kept};
use crate::pool::Pool;
use crate::random::Generator;
use crate::{Error, Float, Result, Tensor};

/// A batch is worked on in so many parts at most: enough for the threads of a common machine, and
/// fixed, so that sums over parts have the same bits for any number of threads.
const PARTS: usize = 10;
/// So many images are in a part at least: with fewer, lines are too short and threads too busy
/// with meeting each other.
const LEAST: usize = 10;

// ANCHOR: conv2d
/// From images N×C×H×W to maps N×F×OH×OW: F filters, each looking at all channels through a
/// window that slides over the image.
pub struct Conv2d<F> {
    /// Filters, F×C×KH×KW.
    pub w: Array4<F>,
    /// Bias, one for each filter.
    pub b: Array1<F>,
    /// ∂loss/∂W from the last `backward`.
    pub dw: Array4<F>,
    /// ∂loss/∂b from the last `backward`.
    pub db: Array1<F>,
    window: Window,
    input: Option<(Tensor<F>, Walk)>,
    /// Memory of the last gradient, for the next output.
    spare: Option<Tensor<F>>,
    buffers: Pool<Buffers<F>>,
    /// ∂loss/∂W and ∂loss/∂b of each part of the batch.
    parts: Vec<F>,
}
// ANCHOR_END: conv2d

impl<F: Float> Conv2d<F> {
    /// `filters` filters for images of `channels` channels, with random weights and no bias.
    ///
    /// # Errors
    /// If there are no channels or no filters.
    pub fn new(
        (channels, filters): (usize, usize),
        window: Window,
        init: Init,
        rng: &mut Generator,
    ) -> Result<Self> {
        let (height, width) = window.size();
        let area = height * width;
        let w =
            init.weights((filters, channels, height, width), channels * area, filters * area, rng);
        Self::from_weights(w, Array1::zeros(filters), window.stride(), window.pad())
    }

    /// A layer with given filters F×C×KH×KW, F biases, stride and padding.
    ///
    /// # Errors
    /// If a size or the stride is 0, or there are not as many biases as filters.
    pub fn from_weights(w: Array4<F>, b: Array1<F>, stride: usize, pad: usize) -> Result<Self> {
        let (filters, channels, height, width) = w.dim();
        let window = Window::new((height, width), stride, pad)?;
        if filters == 0 || channels == 0 || b.len() != filters {
            return Err(Error::Invalid(format!(
                "Conv2d: W of shape {:?} (filters, channels, height, width) and {} biases: filters and channels must be at least 1, and every filter needs a bias",
                w.shape(),
                b.len()
            )));
        }
        let w = w.as_standard_layout().into_owned();
        let (dw, db) = (Array4::zeros(w.raw_dim()), Array1::zeros(filters));
        Ok(Self {
            w,
            b,
            dw,
            db,
            window,
            input: None,
            spare: None,
            buffers: Pool::default(),
            parts: Vec::new(),
        })
    }

    /// The shape (F, OH, OW) of the maps for images of shape (C, H, W).
    ///
    /// # Errors
    /// If the images have other channels than the filters, or are smaller than the window.
    pub fn output(&self, image: (usize, usize, usize)) -> Result<(usize, usize, usize)> {
        let walk = self.walk(image)?;
        Ok((self.b.len(), walk.down, walk.across))
    }

    fn walk(&self, image: (usize, usize, usize)) -> Result<Walk> {
        let (_, channels, ..) = self.w.dim();
        if image.0 != channels {
            return Err(Error::Invalid(format!(
                "filters of shape {:?} look at {channels} channels, images of shape {image:?} have {}",
                self.w.shape(),
                image.0
            )));
        }
        self.window.walk(image)
    }

    fn walk_over(&self, x: &Tensor<F>) -> Walk {
        let shape = image_shape("Conv2d", x);
        self.walk(shape).unwrap_or_else(|e| panic!("Conv2d on a batch of {:?}: {e}", x.shape()))
    }

    /// Bytes that it keeps to work in, with stride 1: what a thread needs for an image or two, times
    /// threads, and the gradients of each part of the batch.
    pub fn working_memory(&self) -> usize {
        (self.buffers.sum(Buffers::len) + self.parts.len()) * size_of::<F>()
    }

    /// The filters as rows, F×(C·KH·KW).
    fn rows(&self) -> ArrayView2<'_, F> {
        let (filters, seen) = (self.b.len(), self.w.len() / self.b.len());
        self.w.view().into_shape_with_order((filters, seen)).expect("filters lie in order")
    }

    // ANCHOR: by_lines
    /// The maps, over lines; `y` has their shape.
    fn maps_by_lines(&self, x: &Tensor<F>, walk: &Walk, y: &mut Tensor<F>) {
        let (shape, bias) = (Shape::new(self.b.len(), walk), self.b.as_slice().expect("in order"));
        self.buffers.with(|packed| {
            let filters = packed.filters(&shape, self.w.as_slice().expect("in order"), true);
            let part = part(x.shape()[0]);
            let images = slice(x).par_chunks(part * walk.image());
            let maps = slice_mut(y).par_chunks_mut(part * self.b.len() * walk.places());
            images.zip(maps).for_each(|(images, maps)| {
                self.buffers.with(|buffers| {
                    F::forward(Forward { shape, filters, bias, images, maps, buffers });
                });
            });
        });
    }

    /// Gradients, over lines: that of the images takes the place of `x`.
    fn back_by_lines(&mut self, x: &mut Tensor<F>, walk: &Walk, dy: &Tensor<F>, want_dx: bool) {
        let (part, shape) = (part(x.shape()[0]), Shape::new(self.b.len(), walk));
        let (count, b) = (shape.gradients() + self.b.len(), self.b.len());
        let Self { buffers, parts, .. } = self;
        parts.resize(PARTS * count, F::zero());
        let weights = self.w.as_slice().expect("in order");
        buffers.with(|packed| {
            let filters = want_dx.then(|| packed.filters(&shape, weights, false));
            let images = slice_mut(x).par_chunks_mut(part * walk.image());
            let maps = slice(dy).par_chunks(part * b * walk.places());
            images.zip(maps).zip(parts.par_chunks_mut(count)).for_each(|((images, maps), d)| {
                buffers.with(|buffers| {
                    F::backward(Backward { shape, filters, images, maps, d, buffers });
                });
            });
        });
        let parts = &parts[..x.shape()[0].div_ceil(part) * count];
        let dw = self.dw.as_slice_mut().expect("in order").par_chunks_mut(walk.seen());
        let db = self.db.as_slice_mut().expect("in order").par_iter_mut();
        dw.zip(db).enumerate().for_each(|(f, (dw, db))| *db = shape.add_up(parts, f, dw));
    }
    // ANCHOR_END: by_lines

    fn maps(&self, x: &Tensor<F>, walk: &Walk, spare: Option<Tensor<F>>) -> Tensor<F> {
        let shape = [x.shape()[0], self.b.len(), walk.down, walk.across];
        let spare = spare.filter(|y| y.shape() == shape);
        let mut y = spare.unwrap_or_else(|| Tensor::zeros(IxDyn(&shape)));
        match self.window.stride() {
            1 => self.maps_by_lines(x, walk, &mut y),
            _ => self.maps_by_columns(x, walk, &mut y),
        }
        y
    }

    /// ∂loss/∂W and ∂loss/∂b; and if wanted ∂loss/∂x, which takes over the memory of x.
    fn back(&mut self, dy: Tensor<F>, want_dx: bool) -> Tensor<F> {
        let (mut x, walk) = kept("Conv2d", self.input.take());
        let shape = [x.shape()[0], self.b.len(), walk.down, walk.across];
        assert_eq!(dy.shape(), shape, "Conv2d: shape of dy");
        let dy = in_order(dy);
        match self.window.stride() {
            1 => self.back_by_lines(&mut x, &walk, &dy, want_dx),
            _ => self.back_by_columns(&mut x, &walk, &dy, want_dx),
        }
        self.spare = Some(dy);
        x
    }

    // ANCHOR: maps
    fn maps_by_columns(&self, x: &Tensor<F>, walk: &Walk, y: &mut Tensor<F>) {
        let (n, filters) = (x.shape()[0], self.b.len());
        let (seen, places) = (walk.seen(), walk.places());
        let part = part(n);
        let images = slice(x).par_chunks(part * walk.image());
        let maps = slice_mut(y).par_chunks_mut(part * filters * places);
        images.zip(maps).for_each(|(images, maps)| {
            let mut columns = vec![F::zero(); seen * places];
            let images = images.chunks_exact(walk.image());
            for (image, map) in images.zip(maps.chunks_exact_mut(filters * places)) {
                walk.im2col(image, &mut columns);
                for (map, &b) in map.chunks_exact_mut(places).zip(&self.b) {
                    map.fill(b);
                }
                let columns = matrix(&columns, (seen, places));
                add_product(self.rows(), columns, matrix_mut(map, (filters, places)));
            }
        });
    }
    // ANCHOR_END: maps

    // ANCHOR: back
    fn back_by_columns(&mut self, x: &mut Tensor<F>, walk: &Walk, dy: &Tensor<F>, want_dx: bool) {
        let (n, filters) = (x.shape()[0], self.b.len());
        let (seen, places) = (walk.seen(), walk.places());
        let part = part(n);
        let images = slice_mut(x).par_chunks_mut(part * walk.image());
        let maps = slice(dy).par_chunks(part * filters * places);
        let back_through = |(images, dmaps): (&mut [F], &[F])| {
            let (mut dw, mut db) = (Array2::zeros((filters, seen)), Array1::zeros(filters));
            let mut columns = vec![F::zero(); seen * places];
            let mut dcolumns = vec![F::zero(); if want_dx { seen * places } else { 0 }];
            let images = images.chunks_exact_mut(walk.image());
            for (image, dmap) in images.zip(dmaps.chunks_exact(filters * places)) {
                let dmap = matrix(dmap, (filters, places));
                walk.im2col(image, &mut columns);
                add_product(dmap, matrix(&columns, (seen, places)).reversed_axes(), dw.view_mut());
                for (db, dmap) in db.iter_mut().zip(dmap.rows()) {
                    *db += dmap.sum();
                }
                if want_dx {
                    dcolumns.fill(F::zero());
                    let dcolumns_matrix = matrix_mut(&mut dcolumns, (seen, places));
                    add_product(self.rows().reversed_axes(), dmap, dcolumns_matrix);
                    image.fill(F::zero()); // it has done its work
                    walk.col2im(&dcolumns, image);
                }
            }
            (dw, db)
        };
        let parts: Vec<_> = images.zip(maps).map(back_through).collect();

        self.dw.fill(F::zero());
        self.db.fill(F::zero());
        for (dw, db) in parts {
            let dw = dw.into_shape_with_order(self.w.raw_dim()).expect("as many weights");
            self.dw += &dw;
            self.db += &db;
        }
    }
    // ANCHOR_END: back
}

impl<F: Float> Layer<F> for Conv2d<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let x = in_order(x);
        let walk = self.walk_over(&x);
        let spare = self.spare.take();
        let y = self.maps(&x, &walk, spare);
        self.input = Some((x, walk));
        y
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        self.back(dy, true)
    }

    fn backward_params(&mut self, dy: Tensor<F>) {
        self.back(dy, false);
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let x = in_order(x);
        self.maps(&x, &self.walk_over(&x), None)
    }

    fn params(&mut self) -> Vec<Param<'_, F>> {
        vec![Param::new("W", &mut self.w, &mut self.dw), Param::new("b", &mut self.b, &mut self.db)]
    }
}

/// (C, H, W) of a batch of images.
pub(super) fn image_shape<F: Float>(layer: &str, x: &Tensor<F>) -> (usize, usize, usize) {
    match *x.shape() {
        [_, channels, height, width] => (channels, height, width),
        _ => panic!("{layer}: expected images N×C×H×W, got a batch of shape {:?}", x.shape()),
    }
}

/// Images in a part of a batch of `n`.
pub(super) fn part(n: usize) -> usize {
    n.div_ceil(PARTS).max(LEAST)
}

/// The batch with its numbers in the order N, C, H, W; as a rule they already are.
pub(super) fn in_order<T: Clone>(x: ArrayD<T>) -> ArrayD<T> {
    if x.is_standard_layout() { x } else { x.as_standard_layout().into_owned() }
}

pub(super) fn slice<F>(x: &ndarray::ArrayRef<F, IxDyn>) -> &[F] {
    x.as_slice().expect("numbers in standard order")
}

pub(super) fn slice_mut<F>(x: &mut Tensor<F>) -> &mut [F] {
    x.as_slice_mut().expect("numbers in standard order")
}

fn matrix<F>(numbers: &[F], shape: (usize, usize)) -> ArrayView2<'_, F> {
    ArrayView2::from_shape(shape, numbers).expect("as many numbers as the shape has")
}

fn matrix_mut<F>(numbers: &mut [F], shape: (usize, usize)) -> ArrayViewMut2<'_, F> {
    ArrayViewMut2::from_shape(shape, numbers).expect("as many numbers as the shape has")
}

/// c ← c + a·b on one thread.
fn add_product<F: Float>(a: ArrayView2<'_, F>, b: ArrayView2<'_, F>, mut c: ArrayViewMut2<'_, F>) {
    general_mat_mul(F::one(), &a, &b, F::one(), &mut c);
}
