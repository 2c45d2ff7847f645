//! ReLU on the card, where no neighbour does it on the way.

use common::Result;

use super::{Layer, Shape, count};
use crate::gpu::kernel::{Binding, Plan};
use crate::gpu::memory::Memory;
use crate::gpu::record::Recorder;

/// max(0, x), in place.
pub struct Relu {
    /// The shape of its input, and of its output.
    pub shape: Shape,
    /// Its number among the layers, for tables.
    pub number: usize,
    /// The output of the step.
    pub y: Option<Memory>,
}

impl Layer for Relu {
    fn forward(&mut self, to: &mut Recorder<'_>, x: Memory, _rectify: bool) -> Result<Memory> {
        to.plans.push(Plan::for_each(
            format!("{} relu", self.number),
            to.batch * count(self.shape),
            include_str!("relu/forward.wgsl"),
            &[],
            vec![Binding::Write(x.clone())],
        ));
        self.y = Some(x.clone());
        Ok(x)
    }

    fn backward(
        &mut self,
        to: &mut Recorder<'_>,
        dy: Memory,
        _gate: Option<&Memory>,
    ) -> Result<Memory> {
        let y = self.y.take().expect("forward comes first");
        to.plans.push(Plan::for_each(
            format!("{} relu dx", self.number),
            to.batch * count(self.shape),
            include_str!("relu/backward.wgsl"),
            &[],
            vec![Binding::Read(y), Binding::Write(dy.clone())],
        ));
        Ok(dy)
    }

    fn output(&self) -> Shape {
        self.shape
    }

    fn can_gate(&self) -> bool {
        false
    }

    fn as_relu(&mut self) -> Option<&mut Relu> {
        Some(self)
    }
}
