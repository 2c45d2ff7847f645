//! Augmentation: a network that never sees the same image twice.

use common::Tensor;
use common::layer::Layer;
use common::random::{Generator, Rng, SeedableRng, generator};
use rayon::prelude::*;

use crate::augment::distortion::Distortion;

/// The kinds of distortion that can be chosen by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Images as they are
    None,
    /// Moved to the side, up or down
    Shift,
    /// Turned, stretched, slanted
    Affine,
    /// Bent like rubber
    Elastic,
    /// All of these, each a little less
    All,
}

impl Kind {
    /// How much of what.
    pub fn amounts(self) -> Distortion {
        match self {
            Self::None => Distortion::NONE,
            Self::Shift => Distortion::SHIFT,
            Self::Affine => Distortion::AFFINE,
            Self::Elastic => Distortion::ELASTIC,
            Self::All => Distortion::ALL,
        }
    }

    /// What the figure and the table call it.
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "as they are",
            Self::Shift => "shifted",
            Self::Affine => "turned, stretched",
            Self::Elastic => "bent",
            Self::All => "all of these",
        }
    }
}

// ANCHOR: augment
/// A first layer that distorts each image anew while the network learns, and hands it on when
/// nothing is learned.
pub struct Augment {
    distortion: Distortion,
    rng: Generator,
}

impl Augment {
    /// A layer with random numbers of its own, which begin where `rng` is now.
    pub fn new(distortion: Distortion, rng: &mut Generator) -> Self {
        Self { distortion, rng: Generator::from_rng(rng) }
    }
}

impl Layer<f32> for Augment {
    /// From images N×C×H×W to images of that shape; channels of an image are distorted alike.
    fn forward(&mut self, mut x: Tensor<f32>) -> Tensor<f32> {
        let [_, channels, height, width] = *x.shape() else {
            panic!("Augment: expected images N×C×H×W, got a batch of shape {:?}", x.shape());
        };
        // One number for the batch; each image has a generator of its own, made from that number and
        // its place in the batch, so that it does not matter which thread works on it.
        let batch: u64 = self.rng.random();
        let pixels = x.as_slice_mut().expect("a batch of images lies in standard order");
        let images = pixels.par_chunks_exact_mut(channels * height * width).enumerate();
        images.for_each(|(i, image)| {
            self.distortion.distort(image, (height, width), &mut generator(batch ^ i as u64));
        });
        x
    }

    /// The input of a network is no parameter: nobody asks what would happen if it changed.
    fn backward(&mut self, dy: Tensor<f32>) -> Tensor<f32> {
        dy
    }

    fn infer(&self, x: Tensor<f32>) -> Tensor<f32> {
        x
    }

    fn generators(&mut self) -> Vec<&mut Generator> {
        vec![&mut self.rng]
    }
}
// ANCHOR_END: augment
