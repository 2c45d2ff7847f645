//! Images on the card: all of them, as bytes, from the beginning to the end of a training.

use common::data::Dataset;
use common::{Error, Result};

use super::device::Gpu;
use super::kernel::{Binding, Constant, Plan};
use super::layers::{Shape, count};
use super::memory::Memory;
use super::record::Recorder;

/// Images and labels, a quarter of the room that `f32` would take.
pub struct Images {
    /// The shape of an image.
    pub shape: Shape,
    /// The labels, a number each.
    pub labels: Memory,
    /// The indices of the images of a course, step by step.
    pub indices: Memory,
    pixels: Memory,
}

impl Images {
    /// Those of these sets, counted through from the first set's first image; and room for `indices`
    /// indices.
    ///
    /// # Errors
    /// If the sets' images differ in size, or the card has no room.
    pub fn new(gpu: &Gpu, sets: &[&Dataset], indices: usize) -> Result<Self> {
        let shapes = sets.iter().map(|set| set.images.dim());
        let shapes: Vec<Shape> = shapes.map(|(_, c, h, w)| (c, h, w)).collect();
        if shapes.iter().any(|shape| *shape != shapes[0]) {
            return Err(Error::Invalid(format!("images of different sizes: {shapes:?}")));
        }
        let mut bytes: Vec<u8> = sets.iter().flat_map(|set| set.images.iter().copied()).collect();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let labels = sets.iter().flat_map(|set| set.labels.iter());
        let labels: Vec<u32> = labels.map(|&label| label.into()).collect();
        let images = Self {
            shape: shapes[0],
            labels: gpu.memory(labels.len())?,
            indices: gpu.memory(indices)?,
            pixels: gpu.memory(bytes.len() / 4)?,
        };
        gpu.write(&images.pixels, &bytes);
        gpu.write(&images.labels, &labels);
        Ok(images)
    }

    /// Takes down the kernel that makes numbers from 0 to 1 of the images of a step.
    ///
    /// # Errors
    /// If the card has no room for them.
    pub fn record(&self, to: &mut Recorder<'_>) -> Result<Memory> {
        let (size, shared) = (count(self.shape), to.shared);
        let x = to.scratch(to.batch * size)?;
        let read = [&shared.course, &shared.now, &self.indices, &self.pixels];
        let read = read.map(|memory| Binding::Read(memory.clone())).into_iter();
        let source =
            concat!(include_str!("kernels/course.wgsl"), include_str!("kernels/images.wgsl"));
        to.plans.push(Plan::for_each(
            "images",
            to.batch * size,
            source,
            &[("SIZE", Constant::Count(size))],
            read.chain([Binding::Write(x.clone())]).collect(),
        ));
        Ok(x)
    }
}
