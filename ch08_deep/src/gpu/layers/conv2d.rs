//! Convolution on the card: three products with matrices that nobody writes down.

use common::Result;
use common::layers::Window;

use super::{Layer, Shape, count, gate_wgsl};
use crate::gpu::kernel::{Binding, Constant};
use crate::gpu::lower::Place;
use crate::gpu::memory::Memory;
use crate::gpu::product::Product;
use crate::gpu::record::Recorder;

/// From images N×C×H×W to maps N×F×OH×OW.
pub struct Conv2d {
    /// (C, H, W) of the images.
    pub image: Shape,
    /// (F, OH, OW) of the maps.
    pub maps: Shape,
    /// What the filters look through.
    pub window: Window,
    /// Whether there is a bias.
    pub bias: bool,
    /// Where W and b stand among all parameters.
    pub place: Place,
    /// Its number among the layers, for tables.
    pub number: usize,
    /// The input of the step.
    pub x: Option<Memory>,
}

impl Conv2d {
    /// Weights of a filter.
    fn seen(&self) -> usize {
        let (height, width) = self.window.size();
        self.image.0 * height * width
    }

    /// A product for this layer, to be completed.
    fn product(&self, what: &str, size: (usize, usize, usize)) -> Product<'static> {
        let ((c, h, w), (filters, oh, ow)) = (self.image, self.maps);
        let (height, width) = self.window.size();
        let counts = [
            ("C", c),
            ("H", h),
            ("W", w),
            ("FILTERS", filters),
            ("OH", oh),
            ("OW", ow),
            ("PLACES", oh * ow),
            ("KW", width),
            ("AREA", height * width),
            ("SEEN", self.seen()),
            ("STRIDE", self.window.stride()),
            ("PAD", self.window.pad()),
            ("BIAS", self.bias.into()),
        ];
        Product {
            label: format!("{} conv {what}", self.number),
            size,
            along_k: (true, false),
            long: false,
            layer: "",
            constants: counts.map(|(name, n)| (name, Constant::Count(n))).to_vec(),
            bindings: Vec::new(),
        }
    }
}

impl Layer for Conv2d {
    // ANCHOR: forward
    fn forward(&mut self, to: &mut Recorder<'_>, x: Memory, rectify: bool) -> Result<Memory> {
        let (filters, oh, ow) = self.maps;
        let y = to.scratch(to.batch * count(self.maps))?;
        let w = self.place.of(&to.shared.weights);
        let mut product = Product {
            layer: concat!(include_str!("conv2d/forward.wgsl"), include_str!("conv2d/pixel.wgsl")),
            bindings: vec![Binding::Read(x.clone()), Binding::Read(w), Binding::Write(y.clone())],
            ..self.product("y", (filters, self.seen(), to.batch * oh * ow))
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
        let ((channels, h, w), (height, width)) = (self.image, self.window.size());
        let dx = to.scratch(to.batch * count(self.image))?;
        let weights = self.place.of(&to.shared.weights);
        let mut bindings =
            vec![Binding::Read(dy), Binding::Read(weights), Binding::Write(dx.clone())];
        bindings.extend(gate.map(|gate| Binding::Read(gate.clone())));
        let layer = include_str!("conv2d/input.wgsl").to_string() + &gate_wgsl(gate, 3);
        let inner = self.maps.0 * height * width;
        let product = self.product("dx", (channels, inner, to.batch * h * w));
        Product { layer: &layer, bindings, ..product }.record(to)?;
        Ok(dx)
    }

    fn backward_params(&mut self, to: &mut Recorder<'_>, dy: Memory) -> Result<()> {
        let (filters, oh, ow) = self.maps;
        let x = self.x.take().expect("forward comes first");
        let dw = self.place.of(&to.shared.gradients);
        let columns = self.seen() + usize::from(self.bias);
        Product {
            along_k: (true, true),
            long: true,
            layer: concat!(include_str!("conv2d/weights.wgsl"), include_str!("conv2d/pixel.wgsl")),
            bindings: vec![Binding::Read(x), Binding::Read(dy), Binding::Write(dw)],
            ..self.product("dW", (filters, to.batch * oh * ow, columns))
        }
        .record(to)
    }

    fn output(&self) -> Shape {
        self.maps
    }

    fn can_rectify(&self) -> bool {
        true
    }

    fn learns(&self) -> bool {
        true
    }
}
