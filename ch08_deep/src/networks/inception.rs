//! The inception block: four ways to look at the same maps, side by side.

use common::layer::Layer;
use common::random::Generator;
use common::{Float, Result, Tensor};
use ndarray::{Axis, Slice};

use crate::networks::stack::{Shape, Stack};

// ANCHOR: widths
/// How many filters each branch has: 1×1; 1×1, then 3×3; 1×1, then 5×5; after the pooling, 1×1.
#[derive(Clone, Copy, Debug)]
pub struct Widths {
    /// Filters of 1×1 on their own.
    pub one: usize,
    /// Filters of 1×1 before those of 3×3, and those.
    pub three: (usize, usize),
    /// Filters of 1×1 before those of 5×5, and those.
    pub five: (usize, usize),
    /// Filters of 1×1 after the pooling.
    pub pool: usize,
}

impl Widths {
    /// Channels of the block's output.
    pub fn sum(&self) -> usize {
        self.one + self.three.1 + self.five.1 + self.pool
    }
}
// ANCHOR_END: widths

// ANCHOR: inception
/// Parallel branches, whose maps of one size are put behind one another along the channels
/// (Szegedy and others, 2015).
pub struct Inception<F> {
    branches: Vec<Stack<F>>,
}

impl<F: Float> Inception<F> {
    /// The four branches for maps of shape `image`.
    ///
    /// # Errors
    /// If there are branches without filters.
    pub fn new(image: Shape, widths: Widths, rng: &mut Generator) -> Result<Self> {
        let Widths { one, three, five, pool } = widths;
        let branch = || Stack::new(image);
        let branches = vec![
            branch().conv(one, 1, rng)?.relu(),
            branch().conv(three.0, 1, rng)?.relu().conv(three.1, 3, rng)?.relu(),
            branch().conv(five.0, 1, rng)?.relu().conv(five.1, 5, rng)?.relu(),
            branch().max_pool(3, 1)?.conv(pool, 1, rng)?.relu(),
        ];
        Ok(Self { branches })
    }
    // ANCHOR_END: inception

    /// Multiply–accumulates (MACs) for one image.
    pub fn macs(&self) -> usize {
        self.branches.iter().map(Stack::macs).sum()
    }

    /// Which channels of the output are each branch's.
    fn channels(&self) -> impl Iterator<Item = Slice> {
        let ends = self.branches.iter().scan(0, |end, branch| {
            *end += branch.output().0;
            Some((*end - branch.output().0, *end))
        });
        ends.map(|(start, end)| Slice::from(start..end))
    }

    /// The branches' maps behind one another: four times N×Cᵢ×H×W to N×(ΣCᵢ)×H×W.
    fn join(&self, parts: &[Tensor<F>]) -> Tensor<F> {
        let mut shape = parts[0].raw_dim();
        shape[1] = parts.iter().map(|part| part.shape()[1]).sum();
        let mut y = Tensor::zeros(shape);
        for (channels, part) in self.channels().zip(parts) {
            y.slice_axis_mut(Axis(1), channels).assign(part);
        }
        y
    }
}

impl<F: Float> Stack<F> {
    /// An inception block.
    ///
    /// # Errors
    /// As [`Inception::new`].
    pub fn inception(self, widths: Widths, rng: &mut Generator) -> Result<Self> {
        let (_, height, width) = self.output();
        let block = Inception::new(self.output(), widths, rng)?;
        let macs = block.macs();
        Ok(self.with(block, (widths.sum(), height, width), macs))
    }
}

// ANCHOR: layer
impl<F: Float> Layer<F> for Inception<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let parts: Vec<_> = self.branches.iter_mut().map(|b| b.forward(x.clone())).collect();
        self.join(&parts)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let parts: Vec<_> = self.channels().map(|c| dy.slice_axis(Axis(1), c).to_owned()).collect();
        let branches = self.branches.iter_mut().zip(parts);
        let dx = branches.map(|(branch, dy)| branch.backward(dy));
        dx.reduce(|sum, dx| sum + dx).expect("four branches")
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let parts: Vec<_> = self.branches.iter().map(|b| b.infer(x.clone())).collect();
        self.join(&parts)
    }

    fn children(&mut self) -> Vec<&mut dyn Layer<F>> {
        self.branches.iter_mut().map(|branch| branch as &mut dyn Layer<F>).collect()
    }
}
// ANCHOR_END: layer
