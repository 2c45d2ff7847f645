//! The affine layer on the card: three products.

use common::Result;

use super::{Layer, Shape, gate_wgsl};
use crate::gpu::kernel::{Binding, Constant};
use crate::gpu::lower::Place;
use crate::gpu::memory::Memory;
use crate::gpu::product::Product;
use crate::gpu::record::Recorder;

/// y = x·W + b, from N×inputs to N×outputs.
pub struct Affine {
    /// Inputs and outputs.
    pub size: (usize, usize),
    /// Whether there is a bias.
    pub bias: bool,
    /// Where W and b stand among all parameters.
    pub place: Place,
    /// Its number among the layers, for tables.
    pub number: usize,
    /// The input of the step.
    pub x: Option<Memory>,
}

impl Affine {
    // ANCHOR: forward
    fn product(&self, what: &str, size: (usize, usize, usize)) -> Product<'static> {
        Product {
            label: format!("{} affine {what}", self.number),
            size,
            along_k: (true, false),
            long: false,
            layer: "",
            constants: vec![("BIAS", Constant::Count(self.bias.into()))],
            bindings: Vec::new(),
        }
    }
}

impl Layer for Affine {
    fn forward(&mut self, to: &mut Recorder<'_>, x: Memory, rectify: bool) -> Result<Memory> {
        let (inputs, outputs) = self.size;
        let y = to.scratch(to.batch * outputs)?;
        let w = self.place.of(&to.shared.weights);
        let mut product = Product {
            layer: include_str!("affine/forward.wgsl"),
            bindings: vec![Binding::Read(x.clone()), Binding::Read(w), Binding::Write(y.clone())],
            ..self.product("y", (to.batch, inputs, outputs))
        };
        product.constants.push(("RECTIFY", Constant::Count(rectify.into())));
        product.record(to)?;
        self.x = Some(x);
        Ok(y)
    }
    // ANCHOR_END: forward

    fn backward(
        &mut self,
        to: &mut Recorder<'_>,
        dy: Memory,
        gate: Option<&Memory>,
    ) -> Result<Memory> {
        self.backward_params(to, dy.clone())?;
        let (inputs, outputs) = self.size;
        let dx = to.scratch(to.batch * inputs)?;
        let w = self.place.of(&to.shared.weights);
        let mut bindings = vec![Binding::Read(dy), Binding::Read(w), Binding::Write(dx.clone())];
        bindings.extend(gate.map(|gate| Binding::Read(gate.clone())));
        let layer = include_str!("affine/input.wgsl").to_string() + &gate_wgsl(gate, 3);
        let product = self.product("dx", (to.batch, outputs, inputs));
        Product { layer: &layer, along_k: (true, true), bindings, ..product }.record(to)?;
        Ok(dx)
    }

    fn backward_params(&mut self, to: &mut Recorder<'_>, dy: Memory) -> Result<()> {
        let (inputs, outputs) = self.size;
        let x = self.x.take().expect("forward comes first");
        let dw = self.place.of(&to.shared.gradients);
        let rows = inputs + usize::from(self.bias);
        let mut product = Product {
            along_k: (false, false),
            long: true,
            layer: include_str!("affine/weights.wgsl"),
            bindings: vec![Binding::Read(x), Binding::Read(dy), Binding::Write(dw)],
            ..self.product("dW", (rows, to.batch, outputs))
        };
        product.constants.push(("INPUTS", Constant::Count(inputs)));
        product.record(to)
    }

    fn output(&self) -> Shape {
        (self.size.1, 1, 1)
    }

    fn can_rectify(&self) -> bool {
        true
    }

    fn learns(&self) -> bool {
        true
    }
}
