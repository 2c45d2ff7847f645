//! A reader of digits that judges what the generator makes.

use std::io::Cursor;
use std::path::Path;

use common::layer::Layer;
use common::layers::Affine;
use common::metrics::classes;
use common::model::Model;
use common::network::Network;
use common::random::generator;
use common::store::weights;
use common::{Float, Result, Tensor};
use ndarray::{Array2, Ix2};

use crate::best::{best_features, scores};

/// Filters of the first convolutions of the network that judges.
const WIDTH: usize = 16;
/// Weights that the section `best` learned from MNIST's training images, in half precision.
const BUILT_IN: &[u8] = include_bytes!("../../../judge.npz");

// ANCHOR: judge
/// The network of the section `best`, cut in front of its last layer: what it sees in an image, 64
/// numbers, and what it reads.
pub struct Judge<F> {
    features: Network<F>,
    scores: Affine<F>,
}
// ANCHOR_END: judge

impl Model<f32> for Judge<f32> {
    fn parts(&mut self) -> Vec<&mut dyn Layer<f32>> {
        vec![&mut self.features, &mut self.scores]
    }
}

impl Judge<f32> {
    /// With weights from `file`, or without one with those that come with the book.
    ///
    /// # Errors
    /// If the file cannot be read or is of another network.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        let rng = &mut generator(0);
        let mut judge = Self { features: best_features(WIDTH, rng)?, scores: scores(WIDTH, rng) };
        match file {
            Some(file) => weights::load(&mut judge, file)?,
            None => weights::load_from(&mut judge, Cursor::new(BUILT_IN), Path::new("judge.npz"))?,
        }
        Ok(judge)
    }
}

impl<F: Float> Judge<F> {
    /// What it sees in images N×1×28×28 from 0 to 1, N×64.
    pub fn features(&self, images: Tensor<F>) -> Tensor<F> {
        self.features.infer(images)
    }

    /// The digits that it reads in what it sees.
    pub fn read(&self, features: Tensor<F>) -> Vec<u8> {
        let scores = self.scores.infer(features);
        classes(&scores)
    }

    /// The share of images in which it reads these digits.
    pub fn right(&self, images: Tensor<F>, digits: &[u8]) -> f64 {
        let read = self.read(self.features(images));
        let right = read.iter().zip(digits).filter(|(read, digit)| read == digit).count();
        right as f64 / digits.len().max(1) as f64
    }
}

/// Features as a cloud of points N×D.
pub fn points<F: Float>(features: &Tensor<F>) -> Array2<f64> {
    features.mapv(|x| x.as_f64()).into_dimensionality::<Ix2>().expect("a row for each image")
}
