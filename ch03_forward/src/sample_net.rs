//! The trained network, by hand: three matrix products with a function after each.

use std::io::Cursor;
use std::path::Path;

use common::activation::{sigmoid, softmax};
use common::store::weights;
use common::{Error, Result};
use ndarray::{Array1, Array2, ArrayD, ArrayView2, Dimension};

/// Weights that `ch05_backprop -- export` learned from MNIST's training images.
const BUILT_IN: &[u8] = include_bytes!("../sample_weight.npz");

/// What the weights are called in a file, and their shapes.
const SHAPES: [(&str, &[usize]); 6] = [
    ("W1", &[784, 50]),
    ("b1", &[50]),
    ("W2", &[50, 100]),
    ("b2", &[100]),
    ("W3", &[100, 10]),
    ("b3", &[10]),
];

// ANCHOR: net
/// 784 pixels, 50 and 100 sigmoid neurons, 10 digits.
pub struct SampleNet {
    w1: Array2<f32>,
    b1: Array1<f32>,
    w2: Array2<f32>,
    b2: Array1<f32>,
    w3: Array2<f32>,
    b3: Array1<f32>,
}

impl SampleNet {
    /// N×784 pixels from 0 (paper) to 1 (ink) → N×10 probabilities, a row for
    /// each image.
    pub fn predict(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        let z1 = (x.dot(&self.w1) + &self.b1).mapv_into(sigmoid);
        let z2 = (z1.dot(&self.w2) + &self.b2).mapv_into(sigmoid);
        softmax(z2.dot(&self.w3) + &self.b3)
    }
}
// ANCHOR_END: net

impl SampleNet {
    /// The three weight matrices, for those who want to change them.
    pub fn weights_mut(&mut self) -> [&mut Array2<f32>; 3] {
        [&mut self.w1, &mut self.w2, &mut self.w3]
    }

    /// The network that comes with the book, or the one in `file` (.npz with W1,
    /// b1 … W3, b3).
    ///
    /// # Errors
    /// If the file is not there, is broken, or holds other arrays.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        let arrays = match file {
            Some(path) => weights::read(path, &SHAPES)?,
            None => {
                weights::read_from(Cursor::new(BUILT_IN), Path::new("sample_weight.npz"), &SHAPES)?
            }
        };
        let [w1, b1, w2, b2, w3, b3]: [ArrayD<f32>; 6] = arrays
            .try_into()
            .map_err(|_| Error::Invalid("six arrays were asked for".to_string()))?;
        Ok(Self {
            w1: fixed(w1)?,
            b1: fixed(b1)?,
            w2: fixed(w2)?,
            b2: fixed(b2)?,
            w3: fixed(w3)?,
            b3: fixed(b3)?,
        })
    }
}

/// An array with its number of axes known to the compiler.
fn fixed<D: Dimension>(array: ArrayD<f32>) -> Result<ndarray::Array<f32, D>> {
    array.into_dimensionality().map_err(|e| Error::Invalid(e.to_string()))
}
