//! The loss of a segmentation: softmax and cross entropy at every pixel.

use std::iter::zip;

use ndarray::{Array1, Array3};
use rayon::prelude::*;

use super::batch::{image_shape, in_order, slice_mut};
use crate::layer::kept;
use crate::{Float, Tensor};

// ANCHOR: pixel_loss
/// Softmax and cross entropy of every pixel: logits N×K×H×W, a class for each pixel, N×H×W.
///
/// The loss is a mean over pixels in which each counts by the weight of its class.
pub struct PixelSoftmaxWithLoss<F> {
    weights: Option<Array1<F>>,
    ignored: Option<u8>,
    /// Probabilities, labels, and the sum of the pixels' weights.
    kept: Option<(Tensor<F>, Array3<u8>, F)>,
}
// ANCHOR_END: pixel_loss

impl<F: Float> Default for PixelSoftmaxWithLoss<F> {
    fn default() -> Self {
        Self::new(None, None)
    }
}

impl<F: Float> PixelSoftmaxWithLoss<F> {
    /// A loss in which a pixel counts by the weight of its class, or all alike, and those with the
    /// `ignored` label do not count, such as the seam between two things.
    pub fn new(weights: Option<Array1<F>>, ignored: Option<u8>) -> Self {
        Self { weights, ignored, kept: None }
    }

    /// What a pixel with this label counts.
    fn weight(&self, label: u8) -> F {
        match &self.weights {
            _ if self.ignored == Some(label) => F::zero(),
            Some(weights) => weights[usize::from(label)],
            None => F::one(),
        }
    }

    // ANCHOR: forward
    /// The mean loss of all pixels that are not ignored; 0 if all are.
    ///
    /// # Panics
    /// If there are not as many labels as pixels, a label is no class and not the ignored one, or there
    /// are not as many weights as classes.
    pub fn forward(&mut self, logits: Tensor<F>, labels: Array3<u8>) -> F {
        let mut y = in_order(logits);
        let (classes, height, width) = image_shape("PixelSoftmaxWithLoss", &y);
        self.check(&y, &labels, classes);
        let pixels = height * width;
        let images = slice_mut(&mut y).par_chunks_mut((classes * pixels).max(1));
        let labels_of = labels.as_slice().expect("checked").par_chunks(pixels.max(1));
        // One sum an image, added in their order: the same bits for any number of threads.
        let of_image = |(y, labels): (&mut [F], &[u8])| {
            let losses = softmax_planes(y, labels, pixels);
            let weighted =
                |(label, loss): (&u8, F)| (self.weight(*label) * loss, self.weight(*label));
            let sum = |a: (F, F), b: (F, F)| (a.0 + b.0, a.1 + b.1);
            zip(labels, losses).map(weighted).fold((F::zero(), F::zero()), sum)
        };
        let sums: Vec<(F, F)> = images.zip(labels_of).map(of_image).collect();
        let (loss, weight) =
            sums.into_iter().fold((F::zero(), F::zero()), |a, b| (a.0 + b.0, a.1 + b.1));
        self.kept = Some((y, labels, weight));
        if weight > F::zero() { loss / weight } else { loss }
    }
    // ANCHOR_END: forward

    // ANCHOR: backward
    /// ∂loss/∂logits = w·(y − t) / Σ w at every pixel: w is the weight of its class, t is 1 for the
    /// right class and 0 for the others.
    ///
    /// # Panics
    /// If `forward` has not run since the last `backward`.
    pub fn backward(&mut self) -> Tensor<F> {
        let (mut y, labels, total) = kept("PixelSoftmaxWithLoss", self.kept.take());
        let (pixels, classes) = (labels.dim().1 * labels.dim().2, y.shape()[1]);
        let total = if total > F::zero() { total } else { F::one() };
        let images = slice_mut(&mut y).par_chunks_mut((classes * pixels).max(1));
        let labels = labels.as_slice().expect("checked by forward").par_chunks(pixels.max(1));
        images.zip(labels).for_each(|(y, labels)| {
            let scales: Vec<F> = labels.iter().map(|&label| self.weight(label) / total).collect();
            for (class, y) in y.chunks_exact_mut(pixels).enumerate() {
                for ((y, &scale), &label) in y.iter_mut().zip(&scales).zip(labels) {
                    let t = if usize::from(label) == class { F::one() } else { F::zero() };
                    *y = (*y - t) * scale;
                }
            }
        });
        y
    }
    // ANCHOR_END: backward

    fn check(&self, y: &Tensor<F>, labels: &Array3<u8>, classes: usize) {
        let (shape, pixels) = (y.shape(), labels.shape());
        assert!(
            shape[0] == pixels[0] && shape[2..] == pixels[1..] && labels.is_standard_layout(),
            "PixelSoftmaxWithLoss: logits of shape {shape:?}, and labels of shape {pixels:?}: expected one for each pixel, in standard order"
        );
        if let Some(weights) = &self.weights {
            let count = weights.len();
            assert!(count == classes, "PixelSoftmaxWithLoss: {count} weights, {classes} classes");
        }
        let known = |&label: &u8| usize::from(label) < classes || self.ignored == Some(label);
        if let Some(label) = labels.iter().find(|&label| !known(label)) {
            panic!("PixelSoftmaxWithLoss: label {label} of {classes} classes");
        }
    }
}

/// Turns scores, K planes of `pixels` numbers, into probabilities; the loss of each pixel, 0 where the
/// label is none of the K classes.
///
/// Plane by plane, so that neighbours in memory are worked on together.
fn softmax_planes<F: Float>(y: &mut [F], labels: &[u8], pixels: usize) -> Vec<F> {
    let mut largest = vec![F::neg_infinity(); pixels];
    for plane in y.chunks_exact(pixels) {
        zip(&mut largest, plane).for_each(|(most, &y)| *most = if y > *most { y } else { *most });
    }
    // ln Σ eʸ − y[label], with the largest taken out of both.
    let class_of = |label: u8| usize::from(label) * pixels;
    let chosen = |(pixel, &label): (usize, &u8)| y.get(class_of(label) + pixel).copied();
    let chosen: Vec<_> = labels.iter().enumerate().map(chosen).collect();
    let mut sums = vec![F::zero(); pixels];
    for plane in y.chunks_exact_mut(pixels) {
        for ((y, &most), sum) in plane.iter_mut().zip(&largest).zip(&mut sums) {
            *y = (*y - most).exp();
            *sum += *y;
        }
    }
    for plane in y.chunks_exact_mut(pixels) {
        zip(plane, &sums).for_each(|(y, &sum)| *y /= sum);
    }
    let loss = |((chosen, most), sum): ((Option<F>, F), F)| match chosen {
        Some(chosen) => sum.ln() + (most - chosen),
        None => F::zero(),
    };
    zip(zip(chosen, largest), sums).map(loss).collect()
}
