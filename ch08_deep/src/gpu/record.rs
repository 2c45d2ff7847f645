//! The kernels of one step, written down once.

use common::Result;

use super::device::Gpu;
use super::kernel::Plan;
use super::memory::Memory;

/// The memory that all steps of a network share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// All parameters, layer by layer.
    pub weights: Memory,
    /// Their gradients, in the same places.
    pub gradients: Memory,
    /// What is kept from step to step and not learned by gradient: running means and variances.
    pub statistics: Memory,
    /// What differs from step to step; see `kernels/course.wgsl`.
    pub course: Memory,
    /// Which step of the course it is.
    pub now: Memory,
}

/// Takes down the kernels of a step, layer by layer, and takes the memory that they need.
pub struct Recorder<'a> {
    /// The card.
    pub gpu: &'a Gpu,
    /// Images in the step.
    pub batch: usize,
    /// What all steps share.
    pub shared: &'a Shared,
    /// The kernels so far, in the order in which they will be launched.
    pub plans: Vec<Plan>,
    /// Memory whose numbers last no longer than the step.
    pub scratch: Vec<Memory>,
}

impl<'a> Recorder<'a> {
    /// With nothing taken down yet.
    pub fn new(gpu: &'a Gpu, batch: usize, shared: &'a Shared) -> Self {
        Self { gpu, batch, shared, plans: Vec::new(), scratch: Vec::new() }
    }

    /// Memory for `len` numbers that last no longer than the step.
    ///
    /// # Errors
    /// If the card has no such room.
    pub fn scratch(&mut self, len: usize) -> Result<Memory> {
        let memory = self.gpu.memory(len)?;
        self.scratch.push(memory.clone());
        Ok(memory)
    }
}
