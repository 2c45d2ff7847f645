//! The memory that a thread works in.

use crate::scalar::Scalar;

/// What one thread needs beside images and maps, used again and again.
#[derive(Default)]
pub struct Buffers<F> {
    /// What is multiplied with the filters, and in the backward pass its gradients: the channels'
    /// lines, or their transformed tiles.
    pub(super) inputs: Vec<F>,
    /// The sums of the products, and in the backward pass their gradients: the filters' lines, or
    /// their transformed tiles.
    pub(super) outputs: Vec<F>,
    /// An image, its channels side by side, for tiles.
    pub(super) pixels: Vec<F>,
    /// The gradients of transformed filters.
    pub(super) gradients: Vec<F>,
}

impl<F: Scalar> Buffers<F> {
    /// How many numbers there is room for.
    pub fn len(&self) -> usize {
        self.inputs.len() + self.outputs.len() + self.pixels.len() + self.gradients.len()
    }
}
