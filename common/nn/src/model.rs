//! A model: whatever has parts that learn.

use std::collections::BTreeMap;

use ndarray::ArrayD;

use crate::Float;
use crate::layer::{Buffer, Layer, Param};
use crate::random::Generator;

// ANCHOR: model
/// Whatever has parts that learn. Every layer is one by itself; others have several layers that no
/// single input goes through, such as the two networks of a GAN.
pub trait Model<F: Float> {
    /// Its layers, in the order of their weights in a file.
    fn parts(&mut self) -> Vec<&mut dyn Layer<F>>;
}

impl<F: Float, L: Layer<F>> Model<F> for L {
    fn parts(&mut self) -> Vec<&mut dyn Layer<F>> {
        vec![self]
    }
}
// ANCHOR_END: model

/// The parameters of all parts, with their gradients.
pub fn params<F: Float>(model: &mut impl Model<F>) -> Vec<Param<'_, F>> {
    model.parts().into_iter().flat_map(|part| part.params()).collect()
}

/// The buffers of all parts: what belongs to the weights file and is not learned by gradient.
pub fn buffers<F: Float>(model: &mut impl Model<F>) -> Vec<Buffer<'_, F>> {
    model.parts().into_iter().flat_map(|part| part.buffers()).collect()
}

/// The generators of all parts that draw random numbers.
pub fn generators<F: Float>(model: &mut impl Model<F>) -> Vec<&mut Generator> {
    model.parts().into_iter().flat_map(|part| part.generators()).collect()
}

/// What the weights file calls the parameters, and then the buffers: each letter is counted on its
/// own, so that `W`, `b`, `W`, `b` become `W1`, `b1`, `W2`, `b2`.
pub fn names<F: Float>(model: &mut impl Model<F>) -> Vec<String> {
    let mut counts = BTreeMap::new();
    let mut number = |letter| {
        let count = counts.entry(letter).or_insert(0);
        *count += 1;
        format!("{letter}{count}")
    };
    let mut names: Vec<_> = params(model).iter().map(|p| number(p.name)).collect();
    names.extend(buffers(model).iter().map(|b| number(b.name)));
    names
}

/// A copy of all that the weights file would hold, in its order: parameters, then buffers.
pub fn snapshot<F: Float>(model: &mut impl Model<F>) -> Vec<ArrayD<F>> {
    let mut arrays: Vec<_> = params(model).iter().map(|p| p.value.to_owned()).collect();
    arrays.extend(buffers(model).iter().map(|b| b.value.to_owned()));
    arrays
}

/// Puts a [`snapshot`] of such a model back.
///
/// # Panics
/// If it is of a model with other shapes.
pub fn restore<F: Float>(model: &mut impl Model<F>, snapshot: &[ArrayD<F>]) {
    let (values, kept) = snapshot.split_at(params(model).len());
    params(model).iter_mut().zip(values).for_each(|(p, array)| p.value.assign(array));
    buffers(model).iter_mut().zip(kept).for_each(|(b, array)| b.value.assign(array));
}

/// How many numbers it learns.
pub fn parameter_count<F: Float>(model: &mut impl Model<F>) -> usize {
    params(model).iter().map(|p| p.value.len()).sum()
}
