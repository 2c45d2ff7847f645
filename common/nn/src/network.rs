//! A network is an ordered list of layers, and itself a layer.

use ndarray::parallel::prelude::*;
use ndarray::{Axis, concatenate};

use crate::kernels::awake::keep_awake;
use crate::layer::Layer;
use crate::{Float, Tensor};

// ANCHOR: network
/// Layers, one after the other.
#[derive(Default)]
pub struct Network<F> {
    layers: Vec<Box<dyn Layer<F>>>,
}

impl<F: Float> Network<F> {
    /// A network without layers, which hands its input on.
    pub fn new() -> Self {
        Self { layers: Vec::new() }
    }

    /// The network with one more layer at its end.
    pub fn with(mut self, layer: impl Layer<F> + 'static) -> Self {
        self.layers.push(Box::new(layer));
        self
    }

    /// Its layers, from the first to the last.
    pub fn layers(&self) -> &[Box<dyn Layer<F>>] {
        &self.layers
    }

    /// The network with each of its layers replaced by what `f` makes of it, such as one that also
    /// measures the time it takes.
    pub fn map<L: Layer<F> + 'static>(self, mut f: impl FnMut(Box<dyn Layer<F>>) -> L) -> Self {
        self.layers.into_iter().fold(Self::new(), |network, layer| network.with(f(layer)))
    }
}

impl<F: Float> Layer<F> for Network<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        keep_awake();
        self.layers.iter_mut().fold(x, |x, layer| layer.forward(x))
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        self.layers.iter_mut().rev().fold(dy, |dy, layer| layer.backward(dy))
    }

    fn backward_params(&mut self, dy: Tensor<F>) {
        // Nobody asks for a gradient in front of the first parameter.
        let Some(first) = self.layers.iter_mut().position(|layer| !layer.params().is_empty())
        else {
            return;
        };
        let dy = self.layers[first + 1..].iter_mut().rev().fold(dy, |dy, layer| layer.backward(dy));
        self.layers[first].backward_params(dy);
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        keep_awake();
        let through = |x: Tensor<F>| self.layers.iter().fold(x, |x, layer| layer.infer(x));
        let images = x.ndim() == 4;
        if !images || x.shape()[0] <= INFERENCE_BATCH {
            return through(x);
        }
        let parts = x.axis_chunks_iter(Axis(0), INFERENCE_BATCH).into_par_iter();
        let parts: Vec<_> = parts.map(|x| through(x.to_owned())).collect();
        let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
        concatenate(Axis(0), &views).expect("parts of one batch have outputs of one shape")
    }

    fn children(&mut self) -> Vec<&mut dyn Layer<F>> {
        self.layers.iter_mut().map(|layer| &mut **layer as &mut dyn Layer<F>).collect()
    }

    fn is_sequential(&self) -> bool {
        true
    }
}
// ANCHOR_END: network

/// How many images go through all layers together when nothing is learned: so few that what is
/// between two layers stays in the cache. Parts of a batch go side by side.
const INFERENCE_BATCH: usize = 25;
