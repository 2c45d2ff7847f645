//! Max unpooling: numbers go back to where the maxima stood.

use rayon::prelude::*;

use super::batch::{blank, in_order, slice, slice_mut};
use super::pool2d::{MaxPool2d, channels};
use crate::kernels::conv::geometry::{Geometry, Window};
use crate::kernels::pooling;
use crate::layer::{Layer, check_gradient};
use crate::network::Network;
use crate::{Error, Float, Result, Tensor};

// ANCHOR: max_unpool
/// Max pooling, an `inner` network, and max unpooling: each number that the inner network gives is
/// put back at the pixel that was the largest of its patch, and all other pixels are 0
/// (Badrinarayanan, Kendall and Cipolla, 2015).
///
/// N×C×H×W to N×C×H×W. Places are known for each channel, so the inner network must give back the shape
/// that it got. One inside another, these layers make a SegNet.
pub struct MaxUnpool2d<F> {
    pool: MaxPool2d<F>,
    inner: Network<F>,
    /// The shape of the input, between `forward` and `backward`.
    shape: Vec<usize>,
}
// ANCHOR_END: max_unpool

impl<F: Float> MaxUnpool2d<F> {
    /// Unpooling around a network.
    ///
    /// # Errors
    /// If the window is padded or its positions overlap: then a pixel can be the largest of several
    /// patches, and several numbers would go to one place.
    pub fn new(window: Window, inner: Network<F>) -> Result<Self> {
        let (height, width) = window.size();
        if height > window.stride() || width > window.stride() || window.pad() > 0 {
            return Err(Error::Invalid(format!(
                "MaxUnpool2d: windows of {height}×{width} pixels with stride {} and padding {}: they must not overlap, nor have a border",
                window.stride(),
                window.pad()
            )));
        }
        Ok(Self { pool: MaxPool2d::new(window)?, inner, shape: Vec::new() })
    }
}

// ANCHOR: put_back
/// The numbers of `z` at the places of the maxima in images of this shape: what max pooling does to
/// a gradient.
fn put_back<F: Float>(
    z: Tensor<F>,
    places: &[u32],
    geometry: &Geometry,
    shape: &[usize],
) -> Tensor<F> {
    let (z, mut y) = (in_order(z), blank(shape));
    let (part, positions) = (channels(&y), geometry.positions());
    let outputs = slice_mut(&mut y).par_chunks_mut(part * geometry.image());
    let numbers = slice(&z).par_chunks(part * positions).zip(places.par_chunks(part * positions));
    outputs.zip(numbers).for_each(|(y, (z, at))| pooling::max_backward(geometry, z, at, y));
    y
}

/// The way back: of every patch the number at the maximum's place, out of a gradient of shape `shape`.
fn take_out<F: Float>(
    dy: Tensor<F>,
    places: &[u32],
    geometry: &Geometry,
    pooled: &[usize],
) -> Tensor<F> {
    let (dy, mut dz) = (in_order(dy), blank(pooled));
    let (part, positions) = (channels(&dy), geometry.positions());
    let numbers = slice_mut(&mut dz).par_chunks_mut(part * positions);
    let places = places.par_chunks(part * positions);
    let from = slice(&dy).par_chunks(part * geometry.image());
    numbers.zip(places).zip(from).for_each(|((dz, at), dy)| pooling::chosen(geometry, dy, at, dz));
    dz
}
// ANCHOR_END: put_back

/// The inner network must not change the shape.
fn check_inner(pooled: &[usize], inner: &[usize]) {
    assert!(
        pooled == inner,
        "MaxUnpool2d: the inner network got a batch of {pooled:?} and must give back that shape, not {inner:?}"
    );
}

// ANCHOR: layer
impl<F: Float> Layer<F> for MaxUnpool2d<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.shape = x.shape().to_vec();
        let pooled = self.pool.forward(x);
        let shape = pooled.shape().to_vec();
        let z = self.inner.forward(pooled);
        check_inner(&shape, z.shape());
        let (places, geometry) = self.pool.places("MaxUnpool2d");
        put_back(z, places, geometry, &self.shape)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        check_gradient("MaxUnpool2d", dy.shape(), &self.shape);
        let (places, geometry) = self.pool.places("MaxUnpool2d");
        let pooled = [self.shape[0], self.shape[1], geometry.down, geometry.across];
        let dz = take_out(dy, places, geometry, &pooled);
        self.pool.backward(self.inner.backward(dz))
    }
    // ANCHOR_END: layer

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let shape = x.shape().to_vec();
        let (pooled, places, geometry) = self.pool.infer_with_places(x);
        let pooled_shape = pooled.shape().to_vec();
        let z = self.inner.infer(pooled);
        check_inner(&pooled_shape, z.shape());
        put_back(z, &places, &geometry, &shape)
    }

    fn children(&mut self) -> Vec<&mut dyn Layer<F>> {
        vec![&mut self.pool, &mut self.inner]
    }
}
