//! Pooling layers: one number for each patch of a channel.

use ndarray::IxDyn;
use rayon::prelude::*;

use super::batch::{blank, image_shape, in_order, part, recycle, slice, slice_mut};
use crate::kernels::conv::geometry::{Geometry, Window};
use crate::kernels::pooling;
use crate::layer::{Layer, check_count, kept};
use crate::{Error, Float, Result, Tensor};

// ANCHOR: max_pool
/// The largest number under the window: N×C×H×W to N×C×OH×OW. The border counts as −∞.
pub struct MaxPool2d<F> {
    window: Window,
    /// The input, for its memory; which of the patch's pixels was the largest; and the geometry.
    kept: Option<(Tensor<F>, Vec<u32>, Geometry)>,
    /// Memory of the last gradient and of the last pixels, for the next output.
    spare: Option<(Tensor<F>, Vec<u32>)>,
}
// ANCHOR_END: max_pool

/// The mean of the numbers under the window: N×C×H×W to N×C×OH×OW. The border counts as zeros.
pub struct AvgPool2d<F> {
    window: Window,
    kept: Option<(Tensor<F>, Geometry)>,
}

/// A border wider than half the window would let it see nothing but border.
fn check(layer: &str, window: Window) -> Result<Window> {
    let ((height, width), pad) = (window.size(), window.pad());
    match pad.saturating_mul(2) <= height.min(width) {
        true => Ok(window),
        false => Err(Error::Invalid(format!(
            "{layer}: padding {pad} is more than half of a window of {height}×{width} pixels"
        ))),
    }
}

/// The window over one channel of a batch.
fn geometry<F: Float>(layer: &str, window: Window, x: &Tensor<F>) -> Geometry {
    let (_, height, width) = image_shape(layer, x);
    let geometry = window.on((1, height, width));
    geometry.unwrap_or_else(|e| panic!("{layer} on a batch of {:?}: {e}", x.shape()))
}

/// The shape (C, OH, OW) of what a window makes of images of shape (C, H, W).
fn output(window: Window, image: (usize, usize, usize)) -> Result<(usize, usize, usize)> {
    let (down, across) = window.positions((image.1, image.2))?;
    Ok((image.0, down, across))
}

/// Channels in a part of a batch.
pub(super) fn channels<F: Float>(x: &Tensor<F>) -> usize {
    part(x.shape()[0] * x.shape()[1])
}

impl<F: Float> MaxPool2d<F> {
    /// A pooling layer with this window.
    ///
    /// # Errors
    /// If the padding is more than half of the window.
    pub fn new(window: Window) -> Result<Self> {
        Ok(Self { window: check("MaxPool2d", window)?, kept: None, spare: None })
    }

    /// Its window.
    pub fn window(&self) -> Window {
        self.window
    }

    /// The shape (C, OH, OW) for images of shape (C, H, W).
    ///
    /// # Errors
    /// If the images are smaller than the window.
    pub fn output(&self, image: (usize, usize, usize)) -> Result<(usize, usize, usize)> {
        output(self.window, image)
    }

    // ANCHOR: max
    /// The largest numbers, and which of the patch's pixels each of them was.
    fn largest(
        &self,
        x: &Tensor<F>,
        geometry: &Geometry,
        spare: Option<(Tensor<F>, Vec<u32>)>,
    ) -> (Tensor<F>, Vec<u32>) {
        let shape = [x.shape()[0], x.shape()[1], geometry.down, geometry.across];
        let spare = spare.filter(|(y, _)| y.shape() == shape);
        let fresh = || (Tensor::zeros(IxDyn(&shape)), vec![0; shape.iter().product()]);
        let (mut y, mut pixels) = spare.unwrap_or_else(fresh);
        let (part, positions) = (channels(x), geometry.positions());
        let inputs = slice(x).par_chunks(part * geometry.image());
        let largest = slice_mut(&mut y).par_chunks_mut(part * positions);
        let at = pixels.par_chunks_mut(part * positions);
        inputs.zip(largest).zip(at).for_each(|((x, y), at)| pooling::max(geometry, x, y, at));
        (y, pixels)
    }
    // ANCHOR_END: max

    /// Which pixel of each patch was the largest in the last `forward`, and the geometry; for the
    /// layer of this name, which puts numbers back there.
    pub(super) fn places(&self, layer: &str) -> (&[u32], &Geometry) {
        let (_, pixels, geometry) = kept(layer, self.kept.as_ref());
        (pixels, geometry)
    }

    /// What `infer` gives, and the places of the maxima.
    pub(super) fn infer_with_places(&self, x: Tensor<F>) -> (Tensor<F>, Vec<u32>, Geometry) {
        let x = in_order(x);
        let geometry = geometry("MaxPool2d", self.window, &x);
        let (y, pixels) = self.largest(&x, &geometry, None);
        recycle(x);
        (y, pixels, geometry)
    }
}

impl<F: Float> Layer<F> for MaxPool2d<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let x = in_order(x);
        let geometry = geometry("MaxPool2d", self.window, &x);
        let spare = self.spare.take();
        let (y, pixels) = self.largest(&x, &geometry, spare);
        self.kept = Some((x, pixels, geometry));
        y
    }

    // ANCHOR: max_backward
    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let (x, pixels, geometry) = kept("MaxPool2d", self.kept.take());
        check_count("MaxPool2d", &dy, pixels.len());
        let dy = in_order(dy);
        let (part, positions) = (channels(&x), geometry.positions());
        let mut dx = x; // only its memory is needed
        let back = slice_mut(&mut dx).par_chunks_mut(part * geometry.image());
        let from = slice(&dy).par_chunks(part * positions);
        let at = pixels.par_chunks(part * positions);
        back.zip(from).zip(at).for_each(|((dx, dy), at)| {
            pooling::max_backward(&geometry, dy, at, dx);
        });
        self.spare = Some((dy, pixels));
        dx
    }
    // ANCHOR_END: max_backward

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let x = in_order(x);
        let geometry = geometry("MaxPool2d", self.window, &x);
        let mut y = blank(&[x.shape()[0], x.shape()[1], geometry.down, geometry.across]);
        let (part, positions) = (channels(&x), geometry.positions());
        let inputs = slice(&x).par_chunks(part * geometry.image());
        let largest = slice_mut(&mut y).par_chunks_mut(part * positions);
        inputs.zip(largest).for_each(|(x, y)| pooling::largest(&geometry, x, y));
        recycle(x);
        y
    }
}

impl<F: Float> AvgPool2d<F> {
    /// A pooling layer with this window.
    ///
    /// # Errors
    /// If the padding is more than half of the window.
    pub fn new(window: Window) -> Result<Self> {
        Ok(Self { window: check("AvgPool2d", window)?, kept: None })
    }

    /// The shape (C, OH, OW) for images of shape (C, H, W).
    ///
    /// # Errors
    /// If the images are smaller than the window.
    pub fn output(&self, image: (usize, usize, usize)) -> Result<(usize, usize, usize)> {
        output(self.window, image)
    }

    fn means(x: &Tensor<F>, geometry: &Geometry) -> Tensor<F> {
        let shape = [x.shape()[0], x.shape()[1], geometry.down, geometry.across];
        let mut y = Tensor::zeros(IxDyn(&shape));
        let part = channels(x);
        let inputs = slice(x).par_chunks(part * geometry.image());
        let means = slice_mut(&mut y).par_chunks_mut(part * geometry.positions());
        inputs.zip(means).for_each(|(x, y)| pooling::mean(geometry, x, y));
        y
    }
}

impl<F: Float> Layer<F> for AvgPool2d<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let x = in_order(x);
        let geometry = geometry("AvgPool2d", self.window, &x);
        let y = Self::means(&x, &geometry);
        self.kept = Some((x, geometry));
        y
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let (x, geometry) = kept("AvgPool2d", self.kept.take());
        let (part, positions) = (channels(&x), geometry.positions());
        check_count("AvgPool2d", &dy, x.shape()[0] * x.shape()[1] * positions);
        let dy = dy.as_standard_layout();
        let mut dx = x; // only its memory is needed
        let back = slice_mut(&mut dx).par_chunks_mut(part * geometry.image());
        let from = slice(&dy).par_chunks(part * positions);
        back.zip(from).for_each(|(dx, dy)| pooling::mean_backward(&geometry, dy, dx));
        dx
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let x = in_order(x);
        Self::means(&x, &geometry("AvgPool2d", self.window, &x))
    }
}
