//! Max pooling on the card.

use common::Result;
use common::layers::Window;

use super::{Layer, Shape, count, gate_wgsl};
use crate::gpu::kernel::{Binding, Constant, Plan};
use crate::gpu::memory::Memory;
use crate::gpu::record::Recorder;

/// The largest number under the window: N×C×H×W to N×C×OH×OW.
pub struct MaxPool2d {
    /// (C, H, W) of its input.
    pub image: Shape,
    /// (C, OH, OW) of its output.
    pub maps: Shape,
    /// The window.
    pub window: Window,
    /// Its number among the layers, for tables.
    pub number: usize,
    /// Where the largest numbers of the step stand.
    pub places: Option<Memory>,
}

impl MaxPool2d {
    fn constants(&self) -> Vec<(&'static str, Constant)> {
        let ((_, h, w), (_, oh, ow)) = (self.image, self.maps);
        let ((height, width), stride) = (self.window.size(), self.window.stride());
        let counts = [
            ("H", h),
            ("W", w),
            ("OH", oh),
            ("OW", ow),
            ("KH", height),
            ("KW", width),
            ("STRIDE", stride),
            ("PAD", self.window.pad()),
            ("REACH_DOWN", height.div_ceil(stride)),
            ("REACH_RIGHT", width.div_ceil(stride)),
        ];
        let counts = counts.map(|(name, n)| (name, Constant::Count(n))).into_iter();
        counts.chain([("LOWEST", Constant::Number(f32::MIN))]).collect()
    }
}

impl Layer for MaxPool2d {
    fn forward(&mut self, to: &mut Recorder<'_>, x: Memory, _rectify: bool) -> Result<Memory> {
        let len = to.batch * count(self.maps);
        let (y, places) = (to.scratch(len)?, to.scratch(len)?);
        to.plans.push(Plan::for_each(
            format!("{} pool", self.number),
            len,
            include_str!("max_pool/forward.wgsl"),
            &self.constants(),
            vec![Binding::Read(x), Binding::Write(y.clone()), Binding::Write(places.clone())],
        ));
        self.places = Some(places);
        Ok(y)
    }

    fn backward(
        &mut self,
        to: &mut Recorder<'_>,
        dy: Memory,
        gate: Option<&Memory>,
    ) -> Result<Memory> {
        let len = to.batch * count(self.image);
        let dx = to.scratch(len)?;
        let places = self.places.take().expect("forward comes first");
        let mut bindings =
            vec![Binding::Read(dy), Binding::Read(places), Binding::Write(dx.clone())];
        bindings.extend(gate.map(|gate| Binding::Read(gate.clone())));
        let source = include_str!("max_pool/backward.wgsl").to_string() + &gate_wgsl(gate, 3);
        let label = format!("{} pool dx", self.number);
        to.plans.push(Plan::for_each(label, len, &source, &self.constants(), bindings));
        Ok(dx)
    }

    fn output(&self) -> Shape {
        self.maps
    }
}
