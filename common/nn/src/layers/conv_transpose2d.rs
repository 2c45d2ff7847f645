//! The transposed convolution: a convolution's backward pass as a forward pass, from small maps to
//! large ones.

use ndarray::{Array1, Array2, Array4, ArrayView2};
use rayon::prelude::*;

use super::batch::{blank, image_shape, in_order, part, recycle, slice, slice_mut};
use super::conv2d::{add_product, matrix, matrix_mut};
use crate::init::Init;
use crate::kernels::conv::geometry::{Geometry, Window};
use crate::kernels::im2col::{col2im, im2col};
use crate::layer::{Layer, Param, kept};
use crate::random::Generator;
use crate::{Error, Float, Result, Tensor};

// ANCHOR: conv_transpose2d
/// From maps N×C×H×W to larger ones N×F×OH×OW: every number stamps its filter onto the output, times
/// itself, `stride` pixels from its neighbour's; where stamps overlap, they are added up
/// (Zeiler and others, 2010).
///
/// A [`Conv2d`](super::Conv2d) with the same window takes the output's shape to the input's: this
/// layer's forward pass is that one's backward pass, and the other way round.
pub struct ConvTranspose2d<F> {
    /// Filters, C×F×KH×KW: the input's channels come first.
    pub w: Array4<F>,
    /// Bias, one for each of the F maps.
    pub b: Array1<F>,
    /// ∂loss/∂W from the last `backward`.
    pub dw: Array4<F>,
    /// ∂loss/∂b from the last `backward`.
    pub db: Array1<F>,
    /// The window that slides over the output.
    window: Window,
    /// Rows and columns that no stamp need reach, at the lower and right edge.
    extra: usize,
    has_bias: bool,
    input: Option<(Tensor<F>, Geometry)>,
}
// ANCHOR_END: conv_transpose2d

impl<F: Float> ConvTranspose2d<F> {
    /// A layer from `channels` maps to `filters` maps, with random weights and a bias of 0. The window
    /// slides over the output, whose border, the padding, is cut off.
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
        // So many stamps meet at an output pixel.
        let area = (height * width).div_ceil(window.stride() * window.stride());
        let shape = (channels, filters, height, width);
        let w = init.weights(shape, channels * area, filters * height * width, rng);
        Self::from_weights(w, Array1::zeros(filters), (window.stride(), window.pad(), 0))
    }

    /// A layer with given filters C×F×KH×KW, F biases, stride, padding and output padding: so many
    /// more rows and columns at the lower and right edge. Several sizes of image have the same
    /// number of positions; this says which one is meant.
    ///
    /// # Errors
    /// If a size or the stride is 0, there are not as many biases as filters, or the output padding
    /// is not below the stride.
    pub fn from_weights(
        w: Array4<F>,
        b: Array1<F>,
        (stride, pad, extra): (usize, usize, usize),
    ) -> Result<Self> {
        let (channels, filters, height, width) = w.dim();
        let window = Window::new((height, width), stride, pad)?;
        if filters == 0 || channels == 0 || b.len() != filters {
            return Err(Error::Invalid(format!(
                "ConvTranspose2d: W of shape {:?} (channels, filters, height, width) and {} biases: channels and filters must be at least 1, and every filter needs a bias",
                w.shape(),
                b.len()
            )));
        }
        if extra >= stride {
            return Err(Error::Invalid(format!(
                "ConvTranspose2d: an output padding of {extra} must be below the stride, {stride}"
            )));
        }
        let w = w.as_standard_layout().into_owned();
        let (dw, db) = (Array4::zeros(w.raw_dim()), Array1::zeros(filters));
        Ok(Self { w, b, dw, db, window, extra, has_bias: true, input: None })
    }

    // ANCHOR: bilinear
    /// A layer without bias that makes each map `factor` times as large, by bilinear interpolation to
    /// begin with, and better as it learns (Long, Shelhamer and Darrell, 2015).
    ///
    /// # Errors
    /// If there are no channels, or the factor is odd or 0: then its stamp has no middle.
    pub fn bilinear(channels: usize, factor: usize) -> Result<Self> {
        if factor == 0 || !factor.is_multiple_of(2) {
            return Err(Error::Invalid(format!(
                "ConvTranspose2d: bilinear enlarging takes an even factor, not {factor}"
            )));
        }
        let side = 2 * factor;
        // How far from the middle of the stamp, in pixels of the small map.
        let share = |i: usize| 1.0 - ((i as f64 + 0.5) / factor as f64 - 1.0).abs();
        let w = Array4::from_shape_fn((channels, channels, side, side), |(from, to, y, x)| {
            if from == to { F::of(share(y) * share(x)) } else { F::zero() }
        });
        let layer = Self::from_weights(w, Array1::zeros(channels), (factor, factor / 2, 0))?;
        Ok(layer.without_bias())
    }
    // ANCHOR_END: bilinear

    /// The layer without a bias to learn.
    pub fn without_bias(self) -> Self {
        Self { b: Array1::zeros(self.b.len()), has_bias: false, ..self }
    }

    // ANCHOR: output
    /// The shape (F, OH, OW) for maps of shape (C, H, W): OH = (H − 1)·S − 2P + KH + extra, and the
    /// same for the width.
    ///
    /// # Errors
    /// If the maps have other channels than the filters, or nothing is left of them.
    pub fn output(&self, map: (usize, usize, usize)) -> Result<(usize, usize, usize)> {
        let geometry = self.geometry(map)?;
        Ok(geometry.shape())
    }

    /// The window on the output, whose positions are the input's pixels.
    fn geometry(&self, map: (usize, usize, usize)) -> Result<Geometry> {
        let (channels, filters, ..) = self.w.dim();
        if map.0 != channels {
            return Err(Error::Invalid(format!(
                "filters of shape {:?} take {channels} channels, maps of shape {map:?} have {}",
                self.w.shape(),
                map.0
            )));
        }
        let along = |positions: usize, side: usize| {
            let stamped = positions.checked_sub(1)?.checked_mul(self.window.stride())?;
            let whole = stamped.checked_add(side)?.checked_add(self.extra)?;
            whole.checked_sub(self.window.pad().checked_mul(2)?).filter(|&left| left > 0)
        };
        let (height, width) = self.window.size();
        match (along(map.1, height), along(map.2, width)) {
            (Some(down), Some(across)) => self.window.on((filters, down, across)),
            _ => Err(Error::Invalid(format!(
                "of maps of {}×{}, stamped with {height}×{width} pixels at stride {}, nothing is left with padding {}",
                map.1,
                map.2,
                self.window.stride(),
                self.window.pad()
            ))),
        }
    }
    // ANCHOR_END: output

    fn geometry_of(&self, x: &Tensor<F>) -> Geometry {
        let map = image_shape("ConvTranspose2d", x);
        self.geometry(map)
            .unwrap_or_else(|e| panic!("ConvTranspose2d on a batch of {:?}: {e}", x.shape()))
    }

    /// The filters as rows, C×(F·KH·KW).
    fn rows(&self) -> ArrayView2<'_, F> {
        let shape = (self.w.dim().0, self.w.len() / self.w.dim().0);
        self.w.view().into_shape_with_order(shape).expect("filters lie in order")
    }

    // ANCHOR: stamped
    /// The output: what each pixel of `x` stamps, as a column, and all columns added up by col2im.
    fn stamped(&self, x: &Tensor<F>, geometry: &Geometry) -> Tensor<F> {
        let (n, channels) = (x.shape()[0], self.w.dim().0);
        let (filters, height, width) = geometry.shape();
        let (patch, positions, part) = (geometry.patch(), geometry.positions(), part(n));
        let mut y = blank(&[n, filters, height, width]);
        let maps = slice(x).par_chunks(part * channels * positions);
        let outputs = slice_mut(&mut y).par_chunks_mut(part * geometry.image());
        maps.zip(outputs).for_each(|(maps, outputs)| {
            let mut columns = vec![F::zero(); patch * positions];
            let outputs = outputs.chunks_exact_mut(geometry.image());
            for (map, output) in maps.chunks_exact(channels * positions).zip(outputs) {
                columns.fill(F::zero());
                let map = matrix(map, (channels, positions));
                let stamps = matrix_mut(&mut columns, (patch, positions));
                add_product(self.rows().reversed_axes(), map, stamps);
                for (output, &b) in output.chunks_exact_mut(height * width).zip(&self.b) {
                    output.fill(b);
                }
                col2im(geometry, &columns, output);
            }
        });
        y
    }
    // ANCHOR_END: stamped

    /// ∂loss/∂W and ∂loss/∂b; and if wanted ∂loss/∂x, which takes over the memory of x.
    fn back(&mut self, dy: Tensor<F>, want_dx: bool) -> Tensor<F> {
        let (mut x, geometry) = kept("ConvTranspose2d", self.input.take());
        let (n, channels) = (x.shape()[0], self.w.dim().0);
        let (filters, height, width) = geometry.shape();
        let output = [n, filters, height, width];
        assert_eq!(dy.shape(), output, "ConvTranspose2d: shape of dy");
        let dy = in_order(dy);
        let (patch, positions, part) = (geometry.patch(), geometry.positions(), part(n));
        let maps = slice_mut(&mut x).par_chunks_mut(part * channels * positions);
        let outputs = slice(&dy).par_chunks(part * geometry.image());
        // ANCHOR: back
        let back_through = |(maps, outputs): (&mut [F], &[F])| {
            let (mut dw, mut db) = (Array2::zeros((channels, patch)), Array1::zeros(filters));
            let mut dcolumns = vec![F::zero(); patch * positions];
            let outputs = outputs.chunks_exact(geometry.image());
            for (map, dy) in maps.chunks_exact_mut(channels * positions).zip(outputs) {
                im2col(&geometry, dy, &mut dcolumns);
                let dcolumns = matrix(&dcolumns, (patch, positions));
                let x = matrix(map, (channels, positions));
                add_product(x, dcolumns.reversed_axes(), dw.view_mut());
                for (db, dy) in db.iter_mut().zip(dy.chunks_exact(height * width)) {
                    *db += dy.iter().copied().sum();
                }
                if want_dx {
                    map.fill(F::zero()); // it has done its work
                    add_product(self.rows(), dcolumns, matrix_mut(map, (channels, positions)));
                }
            }
            (dw, db)
        };
        // ANCHOR_END: back
        let parts: Vec<_> = maps.zip(outputs).map(back_through).collect();

        self.dw.fill(F::zero());
        self.db.fill(F::zero());
        for (dw, db) in parts {
            let dw = dw.into_shape_with_order(self.w.raw_dim()).expect("as many weights");
            self.dw += &dw;
            self.db += &db;
        }
        recycle(dy);
        x
    }
}

impl<F: Float> Layer<F> for ConvTranspose2d<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let x = in_order(x);
        let geometry = self.geometry_of(&x);
        let y = self.stamped(&x, &geometry);
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
        let y = self.stamped(&x, &self.geometry_of(&x));
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
