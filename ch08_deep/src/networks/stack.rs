//! Layers in a row that keep account of shapes and costs.

use common::cost::macs;
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, BatchNorm, Conv2d, Dropout, MaxPool2d, Relu, Window};
use common::model::parameter_count;
use common::network::Network;
use common::random::Generator;
use common::{Float, Result, Tensor};

use crate::networks::global_average::GlobalAverage;

/// What an image or its maps measure: (channels, height, width).
pub type Shape = (usize, usize, usize);

// ANCHOR: stack
/// A [`Network`] for images of one shape. It knows what comes out at its end, so that the next
/// layer can be made to fit, and counts the multiply–accumulates (MACs) that an image costs on its way.
pub struct Stack<F> {
    network: Network<F>,
    output: Shape,
    macs: usize,
}

impl<F: Float> Stack<F> {
    /// No layers yet: images go in and come out.
    pub fn new(image: Shape) -> Self {
        Self { network: Network::new(), output: image, macs: 0 }
    }

    /// One more layer, of which we know what it puts out and what it costs.
    pub fn with(self, layer: impl Layer<F> + 'static, output: Shape, macs: usize) -> Self {
        let macs = self.macs + macs;
        Self { network: self.network.with(layer), output, macs }
    }
    // ANCHOR_END: stack

    /// The shape of what comes out.
    pub fn output(&self) -> Shape {
        self.output
    }

    /// Multiply–accumulates (MACs) for one image, in convolutions and affine layers; what else is done is little.
    pub fn macs(&self) -> usize {
        self.macs
    }

    /// Numbers that it learns.
    pub fn parameters(&mut self) -> usize {
        parameter_count(self)
    }

    // ANCHOR: conv
    /// `filters` filters of side×side (odd), with a border that keeps the size if the stride is 1.
    ///
    /// # Errors
    /// If they do not fit.
    pub fn conv(self, filters: usize, side: usize, rng: &mut Generator) -> Result<Self> {
        let (conv, output, macs) = self.filters((filters, side, 1), rng)?;
        Ok(self.with(conv, output, macs))
    }

    /// `filters` filters of side×side with a stride, without a bias, and batch normalisation after them.
    ///
    /// # Errors
    /// If they do not fit.
    pub fn conv_norm(
        self,
        (filters, side, stride): (usize, usize, usize),
        rng: &mut Generator,
    ) -> Result<Self> {
        let (conv, output, macs) = self.filters((filters, side, stride), rng)?;
        let normalised = self.with(conv.without_bias(), output, macs);
        Ok(normalised.with(BatchNorm::new(filters), output, 0))
    }

    /// Filters for what comes out now, the shape of their maps, and their MACs.
    fn filters(
        &self,
        (filters, side, stride): (usize, usize, usize),
        rng: &mut Generator,
    ) -> Result<(Conv2d<F>, Shape, usize)> {
        let window = Window::new((side, side), stride, side / 2)?;
        let conv = Conv2d::new((self.output.0, filters), window, Init::He, rng)?;
        let output = conv.output(self.output)?;
        let macs = macs(conv.w.len(), &[output.0, output.1, output.2]);
        Ok((conv, output, macs))
    }
    // ANCHOR_END: conv

    /// max(0, x).
    pub fn relu(self) -> Self {
        let output = self.output;
        self.with(Relu::default(), output, 0)
    }

    /// Max pooling in windows of side×side; odd ones have a border, so that with stride 1 the size
    /// stays.
    ///
    /// # Errors
    /// If they do not fit.
    pub fn max_pool(self, side: usize, stride: usize) -> Result<Self> {
        let pool = MaxPool2d::new(Window::new((side, side), stride, (side - 1) / 2)?)?;
        let output = pool.output(self.output)?;
        Ok(self.with(pool, output, 0))
    }

    /// The mean of each map.
    pub fn global_average(self) -> Self {
        let channels = self.output.0;
        self.with(GlobalAverage::default(), (channels, 1, 1), 0)
    }

    /// Weighted sums of all numbers there are.
    pub fn affine(self, outputs: usize, init: Init, rng: &mut Generator) -> Self {
        let inputs = self.output.0 * self.output.1 * self.output.2;
        self.with(Affine::new(inputs, outputs, init, rng), (outputs, 1, 1), inputs * outputs)
    }

    /// Dropout of this rate.
    pub fn dropout(self, rate: f64, rng: &mut Generator) -> Self {
        let output = self.output;
        self.with(Dropout::new(rate, rng), output, 0)
    }
}

impl<F: Float> Layer<F> for Stack<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.network.forward(x)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        self.network.backward(dy)
    }

    fn backward_params(&mut self, dy: Tensor<F>) {
        self.network.backward_params(dy);
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        self.network.infer(x)
    }

    fn children(&mut self) -> Vec<&mut dyn Layer<F>> {
        self.network.children()
    }

    fn is_sequential(&self) -> bool {
        true
    }
}
