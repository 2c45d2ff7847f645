//! How good a network's answers are.

mod segmentation;

use ndarray::{ArrayViewD, Axis, concatenate};
use rayon::prelude::*;
pub use segmentation::{Confusion, pixel_classes};

use crate::data::Dataset;
use crate::layer::Layer;
use crate::{Float, Tensor};

/// Images that are read together.
const BATCH: usize = 100;

/// The fraction of images for which the network's largest output is the right class.
pub fn accuracy<F: Float>(network: &impl Layer<F>, data: &Dataset) -> f64 {
    let answers = predict(network, data);
    let right = answers.iter().zip(&data.labels).filter(|(answer, label)| answer == label).count();
    right as f64 / data.len() as f64
}

/// The class with the network's largest output, for each image.
pub fn predict<F: Float>(network: &impl Layer<F>, data: &Dataset) -> Vec<u8> {
    classes(&outputs(network, data))
}

/// The network's outputs for all images, N×classes, read in batches.
pub fn outputs<F: Float>(network: &impl Layer<F>, data: &Dataset) -> Tensor<F> {
    let indices: Vec<usize> = (0..data.len()).collect();
    let read = |batch: &[usize]| network.infer(data.batch(batch).0);
    let parts: Vec<_> = indices.par_chunks(BATCH).map(read).collect();
    let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
    concatenate(Axis(0), &views).expect("parts of one set have outputs of one shape")
}

/// The class with the largest output, for each row of N×classes.
pub fn classes<F: Float>(outputs: &Tensor<F>) -> Vec<u8> {
    let largest = |row: ArrayViewD<'_, F>| {
        let mut best = (0, F::neg_infinity());
        for (class, &y) in row.iter().enumerate() {
            if y > best.1 {
                best = (class as u8, y);
            }
        }
        best.0
    };
    outputs.outer_iter().map(largest).collect()
}
