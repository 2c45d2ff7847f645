//! The convolution layer: one small set of weights for every position on an image.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, Array4, ArrayView2, ArrayViewMut2};
use rayon::prelude::*;

use super::batch::{MOST_PARTS, blank, image_shape, in_order, part, recycle, slice, slice_mut};
use crate::init::Init;
use crate::kernels::conv::geometry::{Geometry, Window};
use crate::kernels::conv::{AddUp, Backward, Buffers, Forward, Pack, Shape, TOGETHER};
use crate::kernels::im2col::{col2im, im2col};
use crate::kernels::scratch::Scratch;
use crate::layer::{Layer, Param, kept};
use crate::random::Generator;
use crate::{Error, Float, Result, Tensor};

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
    has_bias: bool,
    input: Option<(Tensor<F>, Geometry)>,
    /// Memory of the last gradient, for the next output.
    spare: Option<Tensor<F>>,
    /// The filters, as the kernels read them.
    packed: Scratch<Vec<F>>,
    buffers: Scratch<Buffers<F>>,
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
            has_bias: true,
            input: None,
            spare: None,
            packed: Scratch::default(),
            buffers: Scratch::default(),
            parts: Vec::new(),
        })
    }

    /// The layer without a bias to learn, for one that batch normalisation follows: it would take
    /// any constant away again.
    pub fn without_bias(self) -> Self {
        Self { b: Array1::zeros(self.b.len()), has_bias: false, ..self }
    }

    /// The window that its filters look through.
    pub fn window(&self) -> Window {
        self.window
    }

    /// Whether there is a bias to learn.
    pub fn has_bias(&self) -> bool {
        self.has_bias
    }

    /// The shape (F, OH, OW) of the maps for images of shape (C, H, W).
    ///
    /// # Errors
    /// If the images have other channels than the filters, or are smaller than the window.
    pub fn output(&self, image: (usize, usize, usize)) -> Result<(usize, usize, usize)> {
        let geometry = self.geometry(image)?;
        Ok((self.b.len(), geometry.down, geometry.across))
    }

    fn geometry(&self, image: (usize, usize, usize)) -> Result<Geometry> {
        let (_, channels, ..) = self.w.dim();
        if image.0 != channels {
            return Err(Error::Invalid(format!(
                "filters of shape {:?} look at {channels} channels, images of shape {image:?} have {}",
                self.w.shape(),
                image.0
            )));
        }
        self.window.on(image)
    }

    fn geometry_of(&self, x: &Tensor<F>) -> Geometry {
        let shape = image_shape("Conv2d", x);
        self.geometry(shape).unwrap_or_else(|e| panic!("Conv2d on a batch of {:?}: {e}", x.shape()))
    }

    /// Bytes that it keeps to work in, with stride 1: what a thread needs for an image or two, times
    /// threads, and the gradients of each part of the batch.
    pub fn working_memory(&self) -> usize {
        let packed = self.packed.sum(Vec::len);
        (self.buffers.sum(Buffers::len) + packed + self.parts.len()) * size_of::<F>()
    }

    /// The filters as rows, F×(C·KH·KW).
    fn rows(&self) -> ArrayView2<'_, F> {
        let (filters, patch) = (self.b.len(), self.w.len() / self.b.len());
        self.w.view().into_shape_with_order((filters, patch)).expect("filters lie in order")
    }

    // ANCHOR: over_lines
    /// The maps, over lines; `y` has their shape.
    fn maps_over_lines(&self, x: &Tensor<F>, geometry: &Geometry, y: &mut Tensor<F>) {
        let (shape, bias) =
            (Shape::new(self.b.len(), geometry), self.b.as_slice().expect("in order"));
        let w = self.w.as_slice().expect("in order");
        self.packed.with(|packed| {
            F::pack(Pack { shape, w, forward: true, packed });
            let filters = &packed[..];
            let part = part(x.shape()[0]);
            let images = slice(x).par_chunks(part * geometry.image());
            let maps = slice_mut(y).par_chunks_mut(part * self.b.len() * geometry.positions());
            images.zip(maps).for_each(|(images, maps)| {
                self.buffers.with(|buffers| {
                    F::forward(Forward { shape, filters, bias, images, maps, buffers });
                });
            });
        });
    }

    /// Gradients, over lines: that of the images takes the place of `x`.
    fn gradients_over_lines(
        &mut self,
        x: &mut Tensor<F>,
        geometry: &Geometry,
        dy: &Tensor<F>,
        want_dx: bool,
    ) {
        let (part, shape) = (part(x.shape()[0]), Shape::new(self.b.len(), geometry));
        let (count, b) = (shape.gradients() + self.b.len(), self.b.len());
        let Self { buffers, parts, .. } = self;
        parts.resize(MOST_PARTS * count, F::zero());
        let w = self.w.as_slice().expect("in order");
        self.packed.with(|packed| {
            let filters = want_dx.then(|| {
                F::pack(Pack { shape, w, forward: false, packed });
                &packed[..]
            });
            let images = slice_mut(x).par_chunks_mut(part * geometry.image());
            let maps = slice(dy).par_chunks(part * b * geometry.positions());
            images.zip(maps).zip(parts.par_chunks_mut(count)).for_each(|((images, maps), d)| {
                buffers.with(|buffers| {
                    F::backward(Backward { shape, filters, images, maps, d, buffers });
                });
            });
        });
        let parts = &parts[..x.shape()[0].div_ceil(part) * count];
        let dw = self.dw.as_slice_mut().expect("in order");
        let dw = dw.par_chunks_mut(TOGETHER * geometry.patch());
        let db = self.db.as_slice_mut().expect("in order").par_chunks_mut(TOGETHER);
        dw.zip(db).enumerate().for_each(|(i, (dw, db))| {
            F::add_up(AddUp { shape, parts, first: i * TOGETHER, dw, db });
        });
    }
    // ANCHOR_END: over_lines

    fn maps(&self, x: &Tensor<F>, geometry: &Geometry, spare: Option<Tensor<F>>) -> Tensor<F> {
        let shape = [x.shape()[0], self.b.len(), geometry.down, geometry.across];
        let spare = spare.filter(|y| y.shape() == shape);
        let mut y = spare.unwrap_or_else(|| blank(&shape));
        match self.window.stride() {
            1 => self.maps_over_lines(x, geometry, &mut y),
            _ => self.maps_over_columns(x, geometry, &mut y),
        }
        y
    }

    /// ∂loss/∂W and ∂loss/∂b; and if wanted ∂loss/∂x, which takes over the memory of x.
    fn back(&mut self, dy: Tensor<F>, want_dx: bool) -> Tensor<F> {
        let (mut x, geometry) = kept("Conv2d", self.input.take());
        let shape = [x.shape()[0], self.b.len(), geometry.down, geometry.across];
        assert_eq!(dy.shape(), shape, "Conv2d: shape of dy");
        let dy = in_order(dy);
        match self.window.stride() {
            1 => self.gradients_over_lines(&mut x, &geometry, &dy, want_dx),
            _ => self.gradients_over_columns(&mut x, &geometry, &dy, want_dx),
        }
        self.spare = Some(dy);
        x
    }

    // ANCHOR: maps
    fn maps_over_columns(&self, x: &Tensor<F>, geometry: &Geometry, y: &mut Tensor<F>) {
        let (n, filters) = (x.shape()[0], self.b.len());
        let (patch, positions) = (geometry.patch(), geometry.positions());
        let part = part(n);
        let images = slice(x).par_chunks(part * geometry.image());
        let maps = slice_mut(y).par_chunks_mut(part * filters * positions);
        images.zip(maps).for_each(|(images, maps)| {
            let mut columns = vec![F::zero(); patch * positions];
            let images = images.chunks_exact(geometry.image());
            for (image, map) in images.zip(maps.chunks_exact_mut(filters * positions)) {
                im2col(geometry, image, &mut columns);
                for (map, &b) in map.chunks_exact_mut(positions).zip(&self.b) {
                    map.fill(b);
                }
                let columns = matrix(&columns, (patch, positions));
                add_product(self.rows(), columns, matrix_mut(map, (filters, positions)));
            }
        });
    }
    // ANCHOR_END: maps

    // ANCHOR: back
    fn gradients_over_columns(
        &mut self,
        x: &mut Tensor<F>,
        geometry: &Geometry,
        dy: &Tensor<F>,
        want_dx: bool,
    ) {
        let (n, filters) = (x.shape()[0], self.b.len());
        let (patch, positions) = (geometry.patch(), geometry.positions());
        let part = part(n);
        let images = slice_mut(x).par_chunks_mut(part * geometry.image());
        let maps = slice(dy).par_chunks(part * filters * positions);
        let back_through = |(images, dmaps): (&mut [F], &[F])| {
            let (mut dw, mut db) = (Array2::zeros((filters, patch)), Array1::zeros(filters));
            let mut columns = vec![F::zero(); patch * positions];
            let mut dcolumns = vec![F::zero(); if want_dx { patch * positions } else { 0 }];
            let images = images.chunks_exact_mut(geometry.image());
            for (image, dmap) in images.zip(dmaps.chunks_exact(filters * positions)) {
                let dmap = matrix(dmap, (filters, positions));
                im2col(geometry, image, &mut columns);
                add_product(
                    dmap,
                    matrix(&columns, (patch, positions)).reversed_axes(),
                    dw.view_mut(),
                );
                for (db, dmap) in db.iter_mut().zip(dmap.rows()) {
                    *db += dmap.sum();
                }
                if want_dx {
                    dcolumns.fill(F::zero());
                    let dcolumns_matrix = matrix_mut(&mut dcolumns, (patch, positions));
                    add_product(self.rows().reversed_axes(), dmap, dcolumns_matrix);
                    image.fill(F::zero()); // it has done its work
                    col2im(geometry, &dcolumns, image);
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
        let geometry = self.geometry_of(&x);
        let spare = self.spare.take();
        let y = self.maps(&x, &geometry, spare);
        self.input = Some((x, geometry));
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
        let y = self.maps(&x, &self.geometry_of(&x), None);
        recycle(x);
        y
    }

    fn params(&mut self) -> Vec<Param<'_, F>> {
        let mut params = vec![Param::weight("W", &mut self.w, &mut self.dw)];
        if self.has_bias {
            params.push(Param::new("b", &mut self.b, &mut self.db));
        }
        params
    }
}

pub(super) fn matrix<F>(numbers: &[F], shape: (usize, usize)) -> ArrayView2<'_, F> {
    ArrayView2::from_shape(shape, numbers).expect("as many numbers as the shape has")
}

pub(super) fn matrix_mut<F>(numbers: &mut [F], shape: (usize, usize)) -> ArrayViewMut2<'_, F> {
    ArrayViewMut2::from_shape(shape, numbers).expect("as many numbers as the shape has")
}

/// c ← c + a·b on one thread.
pub(super) fn add_product<F: Float>(
    a: ArrayView2<'_, F>,
    b: ArrayView2<'_, F>,
    mut c: ArrayViewMut2<'_, F>,
) {
    general_mat_mul(F::one(), &a, &b, F::one(), &mut c);
}
