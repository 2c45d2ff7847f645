//! Upsampling: maps a whole number of times as large, without anything to learn.

use rayon::prelude::*;

use super::batch::{blank, image_shape, in_order, recycle, slice, slice_mut};
use super::pool2d::channels;
use crate::layer::{Layer, check_gradient, kept};
use crate::{Error, Float, Result, Tensor};

// ANCHOR: upsample
/// Makes each map `factor` times as high and as wide: N×C×H×W to N×C×(factor·H)×(factor·W).
pub struct Upsample {
    factor: usize,
    smooth: bool,
    /// The input's shape, between `forward` and `backward`.
    shape: Option<Vec<usize>>,
}
// ANCHOR_END: upsample

/// Where an output pixel looks along one axis: at two neighbours, of which the second counts by
/// `share` and the first by the rest.
struct Look<F> {
    first: usize,
    second: usize,
    share: F,
}

impl Upsample {
    /// Every pixel becomes a square of factor×factor pixels.
    ///
    /// # Errors
    /// If the factor is 0.
    pub fn nearest(factor: usize) -> Result<Self> {
        Self::of(factor, false)
    }

    /// Between the pixels' middles the four nearest are mixed, each by how near it is (bilinear
    /// interpolation, PyTorch's with `align_corners=False`); beyond the outermost middles nothing
    /// changes any more.
    ///
    /// # Errors
    /// If the factor is 0.
    pub fn bilinear(factor: usize) -> Result<Self> {
        Self::of(factor, true)
    }

    fn of(factor: usize, smooth: bool) -> Result<Self> {
        match factor {
            0 => Err(Error::Invalid("Upsample: the factor must be at least 1".to_string())),
            _ => Ok(Self { factor, smooth, shape: None }),
        }
    }

    /// Where each output pixel along an axis of `size` input pixels looks.
    fn looks<F: Float>(&self, size: usize) -> Vec<Look<F>> {
        let look = |pixel: usize| match self.smooth {
            false => {
                Look { first: pixel / self.factor, second: pixel / self.factor, share: F::zero() }
            }
            true => {
                let place = ((pixel as f64 + 0.5) / self.factor as f64 - 0.5).max(0.0);
                let first = place as usize;
                let second = (first + 1).min(size - 1);
                Look { first, second, share: F::of(place - first as f64) }
            }
        };
        (0..size * self.factor).map(look).collect()
    }

    fn enlarged<F: Float>(&self, x: &Tensor<F>) -> Tensor<F> {
        let (c, height, width) = image_shape("Upsample", x);
        let (down, across) = (self.looks::<F>(height), self.looks::<F>(width));
        let mut y = blank(&[x.shape()[0], c, down.len(), across.len()]);
        let part = channels(x);
        let from = slice(x).par_chunks((part * height * width).max(1));
        let to = slice_mut(&mut y).par_chunks_mut((part * down.len() * across.len()).max(1));
        from.zip(to).for_each(|(x, y)| {
            let maps = x.chunks_exact(height * width);
            for (x, y) in maps.zip(y.chunks_exact_mut(down.len() * across.len())) {
                for (v, y) in down.iter().zip(y.chunks_exact_mut(across.len())) {
                    let (above, below) =
                        (&x[v.first * width..][..width], &x[v.second * width..][..width]);
                    for (h, y) in across.iter().zip(y) {
                        let along =
                            |row: &[F]| row[h.first] + h.share * (row[h.second] - row[h.first]);
                        let (above, below) = (along(above), along(below));
                        *y = above + v.share * (below - above);
                    }
                }
            }
        });
        y
    }
}

impl<F: Float> Layer<F> for Upsample {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let x = in_order(x);
        let y = self.enlarged(&x);
        self.shape = Some(x.shape().to_vec());
        recycle(x);
        y
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let shape = kept("Upsample", self.shape.take());
        let (height, width) = (shape[2], shape[3]);
        let (down, across) = (self.looks::<F>(height), self.looks::<F>(width));
        check_gradient("Upsample", dy.shape(), &[shape[0], shape[1], down.len(), across.len()]);
        let (dy, mut dx) = (in_order(dy), blank(&shape));
        let part = channels(&dx);
        let to = slice_mut(&mut dx).par_chunks_mut((part * height * width).max(1));
        let from = slice(&dy).par_chunks((part * down.len() * across.len()).max(1));
        from.zip(to).for_each(|(dy, dx)| {
            dx.fill(F::zero());
            let maps = dx.chunks_exact_mut(height * width);
            for (dx, dy) in maps.zip(dy.chunks_exact(down.len() * across.len())) {
                for (v, dy) in down.iter().zip(dy.chunks_exact(across.len())) {
                    for (h, &dy) in across.iter().zip(dy) {
                        let (below, right) = (v.share * dy, h.share);
                        for (row, dy) in [(v.first, dy - below), (v.second, below)] {
                            dx[row * width + h.first] += dy - right * dy;
                            dx[row * width + h.second] += right * dy;
                        }
                    }
                }
            }
        });
        recycle(dy);
        dx
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let x = in_order(x);
        let y = self.enlarged(&x);
        recycle(x);
        y
    }
}
