//! A network that is looked into: the maps of several layers, and a way back from all of them.

use common::layer::Layer;
use common::network::Network;
use common::{Float, Tensor};

/// A network in stages, of which each one's maps are looked at.
pub struct Features<F> {
    stages: Vec<Network<F>>,
    /// What each stage's maps count in the style; those with 0 are not asked.
    pub style: Vec<f64>,
    /// The stage whose maps are the content.
    pub content: usize,
}

impl<F: Float> Features<F> {
    /// Stages, what the maps after each count in the style, and the one whose maps are the content.
    ///
    /// # Panics
    /// If there are not as many weights as stages, or the content's stage is not there.
    pub fn new(stages: Vec<Network<F>>, style: Vec<f64>, content: usize) -> Self {
        assert!(stages.len() == style.len() && content < stages.len(), "a weight for each stage");
        Self { stages, style, content }
    }

    // ANCHOR: stages
    /// The maps after each stage, keeping what `backward` needs.
    pub fn forward(&mut self, image: Tensor<F>) -> Vec<Tensor<F>> {
        let mut maps: Vec<Tensor<F>> = Vec::new();
        for stage in &mut self.stages {
            let x = maps.last().unwrap_or(&image).clone();
            maps.push(stage.forward(x));
        }
        maps
    }

    /// From ∂loss/∂maps of every stage, those that there are, to ∂loss/∂image.
    pub fn backward(&mut self, gradients: Vec<Option<Tensor<F>>>) -> Option<Tensor<F>> {
        let mut sum: Option<Tensor<F>> = None;
        for (stage, here) in self.stages.iter_mut().zip(gradients).rev() {
            // What the stages behind this one want of its maps, and what the loss wants of them itself.
            sum = match (sum, here) {
                (Some(sum), Some(here)) => Some(sum + here),
                (sum, here) => sum.or(here),
            };
            sum = sum.map(|sum| stage.backward(sum));
        }
        sum
    }
    // ANCHOR_END: stages

    /// The maps after each stage, when there is no way back.
    pub fn infer(&self, image: Tensor<F>) -> Vec<Tensor<F>> {
        let mut maps: Vec<Tensor<F>> = Vec::new();
        for stage in &self.stages {
            let x = maps.last().unwrap_or(&image).clone();
            maps.push(stage.infer(x));
        }
        maps
    }
}
