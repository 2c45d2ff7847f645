//! The residual block: what two convolutions change, added to what was there.

use common::layer::Layer;
use common::layers::Relu;
use common::random::Generator;
use common::{Float, Result, Tensor};

use crate::networks::stack::{Shape, Stack};

// ANCHOR: body
/// Two convolutions of 3×3, each with batch normalisation, and a ReLU between them; the first may
/// move by `stride`.
///
/// # Errors
/// If they do not fit.
pub fn body<F: Float>(
    image: Shape,
    (filters, stride): (usize, usize),
    rng: &mut Generator,
) -> Result<Stack<F>> {
    let first = Stack::new(image).conv_norm((filters, 3, stride), rng)?.relu();
    first.conv_norm((filters, 3, 1), rng)
}
// ANCHOR_END: body

// ANCHOR: residual
/// ReLU(F(x) + x), with F the [`body`] (He and others, 2016). Where F changes the shape, x goes
/// through a projection: filters of 1×1 with the same stride, normalised.
pub struct Residual<F> {
    body: Stack<F>,
    projection: Option<Stack<F>>,
    relu: Relu,
}

impl<F: Float> Residual<F> {
    /// A block for maps of shape `image` with this many filters and this stride.
    ///
    /// # Errors
    /// If they do not fit.
    pub fn new(
        image: Shape,
        (filters, stride): (usize, usize),
        rng: &mut Generator,
    ) -> Result<Self> {
        let body = body(image, (filters, stride), rng)?;
        let projection = match body.output() == image {
            true => None,
            false => Some(Stack::new(image).conv_norm((filters, 1, stride), rng)?),
        };
        Ok(Self { body, projection, relu: Relu::default() })
    }
    // ANCHOR_END: residual

    /// Multiply–accumulates (MACs) for one image.
    pub fn macs(&self) -> usize {
        self.body.macs() + self.projection.as_ref().map_or(0, Stack::macs)
    }
}

impl<F: Float> Stack<F> {
    /// A residual block.
    ///
    /// # Errors
    /// As [`Residual::new`].
    pub fn residual(self, size: (usize, usize), rng: &mut Generator) -> Result<Self> {
        let block = Residual::new(self.output(), size, rng)?;
        let (output, macs) = (block.body.output(), block.macs());
        Ok(self.with(block, output, macs))
    }
}

// ANCHOR: layer
impl<F: Float> Layer<F> for Residual<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let mut y = self.body.forward(x.clone());
        y += &match &mut self.projection {
            Some(projection) => projection.forward(x),
            None => x,
        };
        self.relu.forward(y)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let dy = self.relu.backward(dy);
        let mut dx = self.body.backward(dy.clone());
        dx += &match &mut self.projection {
            Some(projection) => projection.backward(dy),
            None => dy, // a sum hands the gradient on to both its terms, as it is
        };
        dx
    }
    // ANCHOR_END: layer

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let mut y = self.body.infer(x.clone());
        y += &match &self.projection {
            Some(projection) => projection.infer(x),
            None => x,
        };
        self.relu.infer(y)
    }

    fn children(&mut self) -> Vec<&mut dyn Layer<F>> {
        let mut children: Vec<&mut dyn Layer<F>> = vec![&mut self.body];
        if let Some(projection) = &mut self.projection {
            children.push(projection);
        }
        children
    }
}
