//! The layers on the card, one file per family, each beside its kernels.

pub mod affine;
pub mod batch_norm;
pub mod conv2d;
pub mod dropout;
pub mod max_pool;
pub mod relu;
pub mod softmax_with_loss;

use common::Result;

use self::relu::Relu;
use super::memory::Memory;
use super::record::Recorder;

/// The shape (C, H, W) of what stands between two layers; D numbers in a row are D×1×1.
pub type Shape = (usize, usize, usize);

/// How many numbers that is.
pub fn count((channels, height, width): Shape) -> usize {
    channels * height * width
}

// ANCHOR: layer
/// A layer on the card: it takes down its kernels, forward and backward.
pub trait Layer {
    /// The shape of its output for one image.
    fn output(&self) -> Shape;

    /// Takes down the kernels from its input `x` to its output, which it returns. With `rectify`, a
    /// ReLU that follows is done on the way.
    ///
    /// # Errors
    /// If the card has no room for the output; so does every other method.
    fn forward(&mut self, to: &mut Recorder<'_>, x: Memory, rectify: bool) -> Result<Memory>;

    /// The same where nothing is to be learned.
    fn infer(&mut self, to: &mut Recorder<'_>, x: Memory, rectify: bool) -> Result<Memory> {
        self.forward(to, x, rectify)
    }

    /// Takes down the kernels from ∂loss/∂output to ∂loss/∂parameter and ∂loss/∂input, which it
    /// returns. With a `gate`, the output of a ReLU that stands in front, the gradient passes only
    /// where that is positive: the ReLU's own backward pass, done on the way.
    fn backward(
        &mut self,
        to: &mut Recorder<'_>,
        dy: Memory,
        gate: Option<&Memory>,
    ) -> Result<Memory>;

    /// Takes down the kernels to ∂loss/∂parameter alone, for the first layer that has parameters.
    fn backward_params(&mut self, to: &mut Recorder<'_>, dy: Memory) -> Result<()> {
        self.backward(to, dy, None).map(|_| ())
    }

    /// Whether it can do a ReLU that follows it.
    fn can_rectify(&self) -> bool {
        false
    }

    /// Whether its backward pass can do that of a ReLU in front.
    fn can_gate(&self) -> bool {
        true
    }

    /// Whether it has parameters.
    fn learns(&self) -> bool {
        false
    }

    /// The ReLU that it is, if it is one: its neighbours may do it on their way.
    fn as_relu(&mut self) -> Option<&mut Relu> {
        None
    }
}
// ANCHOR_END: layer

/// WGSL for a gate as binding number `at`, or for none.
pub(super) fn gate_wgsl(gate: Option<&Memory>, at: usize) -> String {
    match gate {
        None => "fn passes(at: u32) -> bool { return true; }\n".to_string(),
        Some(_) => format!(
            "@group(0) @binding({at}) var<storage, read> gate: array<f32>;\n\
             fn passes(at: u32) -> bool {{ return gate[at] > 0.0; }}\n"
        ),
    }
}
