//! The loss of an image: content, style, smoothness.

use common::{Float, Tensor};
use ndarray::ArrayView2;
use rayon::prelude::*;

use super::features::Features;
use super::statistics::{Statistic, Style};
use super::total_variation::total_variation;

/// What each part of the loss counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Of the distance to the content's maps.
    pub content: f64,
    /// Of the distance to the style's means and products.
    pub style: f64,
    /// Of the differences between neighbouring pixels.
    pub total_variation: f64,
}

/// The parts of a loss, before they are weighed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Parts {
    /// 0 if the image has the content's maps; 1 if they differ as much as those vary.
    pub content: f64,
    /// 0 if the image has the style's means and products.
    pub style: f64,
    /// 0 if all pixels are alike.
    pub total_variation: f64,
}

/// What an image shall become.
pub struct Objective<'a, F> {
    features: &'a mut Features<F>,
    style: Vec<Style<F>>,
    content: Tensor<F>,
    weights: Weights,
}

/// Maps 1×C×H×W as C×P.
fn rows<F: Float>(maps: &Tensor<F>) -> ArrayView2<'_, F> {
    let (channels, places) = (maps.shape()[1], maps.len() / maps.shape()[1]);
    maps.view().into_shape_with_order((channels, places)).expect("one image, in order")
}

impl<'a, F: Float> Objective<'a, F> {
    /// The content of one image 1×3×H×W and the style of another.
    pub fn new(
        features: &'a mut Features<F>,
        content: &Tensor<F>,
        style: &Tensor<F>,
        (statistic, weights): (Statistic, Weights),
    ) -> Self {
        let maps = features.infer(style.clone());
        let style = maps.iter().map(|maps| Style::of(rows(maps), statistic)).collect();
        let content = features.infer(content.clone()).swap_remove(features.content);
        Self { features, style, content, weights }
    }

    // ANCHOR: loss
    /// The loss of an image 1×3×H×W, its parts, and its gradient.
    pub fn loss(&mut self, image: &Tensor<F>) -> (F, Parts, Tensor<F>) {
        let maps = self.features.forward(image.clone());
        let mut gradients: Vec<Option<Tensor<F>>> = vec![None; maps.len()];
        let mut parts = Parts::default();
        let all: f64 = self.features.style.iter().sum();
        let losses = |(i, &weight): (usize, &f64)| {
            (weight > 0.0).then(|| (weight / all, self.style[i].loss(rows(&maps[i]))))
        };
        let losses: Vec<_> = self.features.style.par_iter().enumerate().map(losses).collect();
        for (i, (weight, (loss, gradient))) in
            losses.into_iter().enumerate().filter_map(|(i, of)| Some((i, of?)))
        {
            parts.style += weight * loss.as_f64();
            let gradient = gradient * F::of(weight * self.weights.style);
            gradients[i] = Some(gradient.into_shape_with_order(maps[i].raw_dim()).expect("C×P"));
        }
        let (content, gradient) = content_loss(&maps[self.features.content], &self.content);
        parts.content = content.as_f64();
        let gradient = gradient * F::of(self.weights.content);
        let place = &mut gradients[self.features.content];
        *place = Some(place.take().map_or(gradient.clone(), |style| style + gradient));
        let (variation, pull) = total_variation(image);
        parts.total_variation = variation.as_f64();
        let through = self.features.backward(gradients).expect("the content has a gradient");
        let Weights { content, style, total_variation } = self.weights;
        let loss =
            content * parts.content + style * parts.style + total_variation * parts.total_variation;
        (F::of(loss), parts, through + pull * F::of(total_variation))
    }
    // ANCHOR_END: loss
}

// ANCHOR: content
/// The mean square of all differences between maps and those of the content, measured by how much the
/// latter vary, and its gradient.
fn content_loss<F: Float>(maps: &Tensor<F>, content: &Tensor<F>) -> (F, Tensor<F>) {
    let count = F::of(content.len() as f64);
    let mean = content.sum() / count;
    let spread = content.fold(F::zero(), |sum, &x| sum + (x - mean) * (x - mean));
    let off = maps - content;
    let loss = off.fold(F::zero(), |sum, &d| sum + d * d);
    let scale = spread.max(count * F::of(1e-12));
    (loss / scale, off * (F::of(2.0) / scale))
}
// ANCHOR_END: content
