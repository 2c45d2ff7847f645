//! From a CPU network to its layers on the card.

use std::any::Any;

use common::layer::Layer as CpuLayer;
use common::layers::{self as cpu, Window};
use common::network::Network;
use common::{Error, Result};

use super::layers::affine::Affine;
use super::layers::batch_norm::BatchNorm;
use super::layers::conv2d::Conv2d;
use super::layers::dropout::{Dropout, hash};
use super::layers::max_pool::MaxPool2d;
use super::layers::relu::Relu;
use super::layers::{Layer, Shape, count};
use super::memory::{ALIGNMENT, Memory};

/// Where a layer's numbers stand in a memory that all layers share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The first of them.
    pub first: usize,
    /// How many there are.
    pub len: usize,
}

impl Place {
    /// These numbers of that memory.
    pub fn of(self, memory: &Memory) -> Memory {
        memory.part(self.first, self.len)
    }
}

/// Where arrays stand that lie one after the other, those of each layer at the beginning of a piece that
/// every card can address.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The place of each array, in the order of the model's.
    pub arrays: Vec<Place>,
    /// Numbers in all, gaps included.
    pub len: usize,
}

impl Layout {
    /// Adds a layer's arrays of these lengths, and gives the place of all of them.
    fn add(&mut self, lens: &[usize]) -> Place {
        let first = self.len.next_multiple_of(ALIGNMENT);
        self.len = first;
        for &len in lens {
            self.arrays.push(Place { first: self.len, len });
            self.len += len;
        }
        Place { first, len: self.len - first }
    }
}

/// A network as the card sees it.
pub struct Lowered {
    /// Its layers.
    pub layers: Vec<Box<dyn Layer>>,
    /// Where its parameters stand, in the order of [`params`](common::model::params).
    pub params: Layout,
    /// Where its buffers stand, in the order of [`buffers`](common::model::buffers).
    pub buffers: Layout,
    /// The shape of its output for one image.
    pub output: Shape,
}

/// The layers of a CPU network for images of this shape, one for one, for the card.
///
/// # Errors
/// If the card has no kernels for one of the layers, or the images do not fit.
pub fn lower(network: &Network<f32>, image: Shape) -> Result<Lowered> {
    let (params, buffers) = (Layout::default(), Layout::default());
    let mut lowered = Lowered { layers: Vec::new(), params, buffers, output: image };
    lowered.add_all(network)?;
    Ok(lowered)
}

impl Lowered {
    fn add_all(&mut self, network: &Network<f32>) -> Result<()> {
        network.layers().iter().try_for_each(|layer| self.add(&**layer))
    }

    // ANCHOR: lower
    fn add(&mut self, layer: &dyn CpuLayer<f32>) -> Result<()> {
        let any: &dyn Any = layer;
        if let Some(network) = any.downcast_ref::<Network<f32>>() {
            return self.add_all(network); // a network within a network
        }
        let lowered: Box<dyn Layer> = if let Some(conv) = any.downcast_ref() {
            Box::new(self.conv2d(conv)?)
        } else if let Some(affine) = any.downcast_ref() {
            Box::new(self.affine(affine)?)
        } else if let Some(pool) = any.downcast_ref::<cpu::MaxPool2d<f32>>() {
            Box::new(self.max_pool(pool.window(), pool.output(self.output)?))
        } else if let Some(norm) = any.downcast_ref() {
            Box::new(self.batch_norm(norm)?)
        } else if let Some(dropout) = any.downcast_ref() {
            Box::new(self.dropout(dropout))
        } else if any.is::<cpu::Relu>() {
            Box::new(Relu { shape: self.output, number: self.number(), y: None })
        } else {
            return Err(Error::Invalid(format!(
                "layer {} is a {}, for which there are no kernels: a network on the card is made of Conv2d, Affine, Relu, MaxPool2d, BatchNorm and Dropout",
                self.number(),
                layer.name()
            )));
        };
        self.output = lowered.output();
        self.layers.push(lowered);
        Ok(())
    }
    // ANCHOR_END: lower

    /// The number of the layer that is being added, from 1.
    fn number(&self) -> usize {
        self.layers.len() + 1
    }

    fn conv2d(&mut self, conv: &cpu::Conv2d<f32>) -> Result<Conv2d> {
        let (image, maps) = (self.output, conv.output(self.output)?);
        let (weights, bias) = (conv.w.len(), conv.has_bias());
        let place = self.params.add(with_bias(&[weights, conv.b.len()], bias));
        let (window, number) = (conv.window(), self.number());
        Ok(Conv2d { image, maps, window, bias, place, number, x: None })
    }

    fn affine(&mut self, affine: &cpu::Affine<f32>) -> Result<Affine> {
        let (size, bias, number) = (affine.w.dim(), affine.has_bias(), self.number());
        if size.0 != count(self.output) {
            return Err(Error::Invalid(format!(
                "layer {number} (Affine {}×{}) is given {:?}, {} numbers",
                size.0,
                size.1,
                self.output,
                count(self.output)
            )));
        }
        let place = self.params.add(with_bias(&[affine.w.len(), size.1], bias));
        Ok(Affine { size, bias, place, number, x: None })
    }

    fn max_pool(&self, window: Window, maps: Shape) -> MaxPool2d {
        MaxPool2d { image: self.output, maps, window, number: self.number(), places: None }
    }

    fn batch_norm(&mut self, norm: &cpu::BatchNorm<f32>) -> Result<BatchNorm> {
        let (features, shape, number) = (norm.gamma.len(), self.output, self.number());
        if features != shape.0 {
            return Err(Error::Invalid(format!(
                "layer {number} (BatchNorm of {features}) is given {shape:?}"
            )));
        }
        Ok(BatchNorm {
            shape,
            momentum: norm.momentum,
            epsilon: norm.epsilon,
            place: self.params.add(&[features; 2]),
            running: self.buffers.add(&[features; 2]),
            number,
            kept: None,
        })
    }

    /// Its random numbers follow from where the CPU layer's generator stands, which is part of a
    /// checkpoint and which the card never moves: a training that goes on draws what it would have drawn.
    fn dropout(&self, dropout: &cpu::Dropout) -> Dropout {
        let state = dropout.generator().state();
        let halves = state.iter().flat_map(|&word| [word as u32, (word >> 32) as u32]);
        let key = halves.fold(0, |key, half| hash(key ^ half));
        Dropout { shape: self.output, rate: dropout.rate(), key, number: self.number() }
    }
}

/// The lengths of W and b, or of W alone.
fn with_bias(lens: &[usize; 2], bias: bool) -> &[usize] {
    if bias { lens } else { &lens[..1] }
}
