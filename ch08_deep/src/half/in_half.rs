//! A layer whose activations and gradients are rounded to half precision.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use common::Tensor;
use common::layer::Layer;

use crate::half::rounding::Rounding;

/// What the layers of a network saw: on the way forward, and back.
#[derive(Debug, Default)]
pub struct Seen {
    forward: Mutex<Rounding>,
    backward: Mutex<Rounding>,
}

impl Seen {
    /// Of the activations.
    pub fn forward(&self) -> Rounding {
        lock(&self.forward).clone()
    }

    /// Of the gradients that flow from layer to layer.
    pub fn backward(&self) -> Rounding {
        lock(&self.backward).clone()
    }
}

/// Does what `layer` does with its input rounded, and on the way back with its output's gradient
/// rounded. Sums are done in `f32`, and so is the loss, as machines made for half precision do it too.
pub struct InHalf {
    layer: Box<dyn Layer<f32>>,
    seen: Arc<Seen>,
    /// Whether gradients are rounded too.
    back: bool,
}

impl InHalf {
    /// The layer in half precision, which reports to `seen`.
    pub fn new(layer: Box<dyn Layer<f32>>, seen: &Arc<Seen>) -> Self {
        Self { layer, seen: Arc::clone(seen), back: true }
    }

    /// The layer in half precision forward, with gradients that are looked at, and left as they are, to compare with.
    pub fn forward_only(layer: Box<dyn Layer<f32>>, seen: &Arc<Seen>) -> Self {
        Self { back: false, ..Self::new(layer, seen) }
    }

    fn rounded_back(&self, dy: Tensor<f32>) -> Tensor<f32> {
        let half = rounded(dy.clone(), &self.seen.backward);
        if self.back { half } else { dy }
    }
}

// ANCHOR: in_half
impl Layer<f32> for InHalf {
    fn forward(&mut self, x: Tensor<f32>) -> Tensor<f32> {
        self.layer.forward(rounded(x, &self.seen.forward))
    }

    fn backward(&mut self, dy: Tensor<f32>) -> Tensor<f32> {
        let dy = self.rounded_back(dy);
        self.layer.backward(dy)
    }

    fn backward_params(&mut self, dy: Tensor<f32>) {
        let dy = self.rounded_back(dy);
        self.layer.backward_params(dy);
    }

    fn infer(&self, x: Tensor<f32>) -> Tensor<f32> {
        self.layer.infer(rounded(x, &self.seen.forward))
    }
    // ANCHOR_END: in_half

    fn children(&mut self) -> Vec<&mut dyn Layer<f32>> {
        vec![&mut *self.layer]
    }

    fn name(&self) -> &'static str {
        self.layer.name()
    }
}

/// Each number as half precision holds it.
fn rounded(mut x: Tensor<f32>, seen: &Mutex<Rounding>) -> Tensor<f32> {
    let mut rounding = Rounding::default();
    x.mapv_inplace(|x| rounding.round(x));
    lock(seen).add(&rounding);
    x
}

/// What was seen so far; a layer that panicked while it added has left it as it was.
fn lock(seen: &Mutex<Rounding>) -> MutexGuard<'_, Rounding> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
