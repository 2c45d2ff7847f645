//! Labelled images, and batches of them.

use std::array;

use ndarray::{Array4, Axis, Dimension};

use crate::random::{Generator, seq::SliceRandom};
use crate::{Error, Float, Result, Tensor};

/// Grey images with their classes, as bytes: a quarter of what `f32` would take.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// N×1×H×W, 0 for paper and 255 for ink.
    pub images: Array4<u8>,
    /// N classes, each from 0 to 9.
    pub labels: Vec<u8>,
}

impl Dataset {
    /// How many images there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The first `count` images, or all if there are fewer.
    pub fn truncate(&mut self, count: usize) {
        let count = count.min(self.len());
        self.images.slice_axis_inplace(Axis(0), (..count).into());
        self.labels.truncate(count);
    }

    // ANCHOR: split
    /// Two datasets that share no image: a random `share` of them, rounded down, and the others.
    ///
    /// # Panics
    /// If `share` is not between 0 and 1.
    pub fn split(&self, share: f64, rng: &mut Generator) -> (Self, Self) {
        assert!((0.0..=1.0).contains(&share), "expected a share from 0 to 1, got {share}");
        let mut indices: Vec<usize> = (0..self.len()).collect();
        indices.shuffle(rng);
        let (first, others) = indices.split_at((share * self.len() as f64) as usize);
        (self.select(first), self.select(others))
    }
    // ANCHOR_END: split

    /// The images of these indices.
    ///
    /// # Panics
    /// If an index is not below [`len`](Self::len).
    pub fn select(&self, indices: &[usize]) -> Self {
        let labels = indices.iter().map(|&i| self.labels[i]).collect();
        Self { images: self.images.select(Axis(0), indices), labels }
    }

    /// Whether there are images, and a label for each; errors call them the `name` images.
    ///
    /// # Errors
    /// If not.
    pub fn check_whole(&self, name: &str) -> Result<()> {
        let (images, labels) = (self.images.len_of(Axis(0)), self.labels.len());
        match images == labels && images > 0 {
            true => Ok(()),
            false => Err(Error::Invalid(format!(
                "{images} {name} images with {labels} labels: there must be at least one image, and a label for each"
            ))),
        }
    }

    /// Whether the network that shall learn them has so many classes; errors call them the `name`
    /// images.
    ///
    /// # Errors
    /// If not, with the first label that is none of them.
    pub fn check_labels(&self, name: &str, classes: usize) -> Result<()> {
        match self.labels.iter().position(|&label| usize::from(label) >= classes) {
            None => Ok(()),
            Some(at) => Err(Error::Invalid(format!(
                "label {} of the {name} images (number {at}, counted from 0) is none of the network's {classes} classes, 0 to {}; mend the labels, or give the network more outputs",
                self.labels[at],
                classes.saturating_sub(1)
            ))),
        }
    }

    // ANCHOR: batch
    /// The images of these indices as N×1×H×W numbers from 0 to 1, and their labels.
    ///
    /// # Panics
    /// If an index is not below [`len`](Self::len).
    pub fn batch<F: Float>(&self, indices: &[usize]) -> (Tensor<F>, Vec<u8>) {
        let numbers: [F; 256] = array::from_fn(|byte| F::of(byte as f64 / 255.0));
        let mut shape = self.images.raw_dim();
        shape[0] = indices.len();
        let pixels = self.images.as_slice().expect("images lie in standard order");
        let size = shape.size() / indices.len().max(1);
        let mut x = Vec::with_capacity(shape.size());
        for &i in indices {
            let image = &pixels[i * size..(i + 1) * size];
            x.extend(image.iter().map(|&byte| numbers[usize::from(byte)]));
        }
        let x = Tensor::from_shape_vec(shape.into_dyn(), x).expect("as many numbers as pixels");
        (x, indices.iter().map(|&i| self.labels[i]).collect())
    }
    // ANCHOR_END: batch
}

// ANCHOR: epoch
/// Every index below `len` exactly once, shuffled, `batch_size` at a time; the last batch takes
/// what is left.
///
/// # Panics
/// If `batch_size` is 0.
pub fn shuffled_batches(len: usize, batch_size: usize, rng: &mut Generator) -> Vec<Vec<usize>> {
    let mut indices: Vec<usize> = (0..len).collect();
    indices.shuffle(rng);
    indices.chunks(batch_size).map(<[usize]>::to_vec).collect()
}
// ANCHOR_END: epoch
