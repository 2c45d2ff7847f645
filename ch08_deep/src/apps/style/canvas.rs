//! The picture that learns, as a model.

use common::layer::{Buffer, Layer, Param};
use common::{Float, Tensor};
use ndarray::{ArrayD, Axis, IxDyn};

/// A picture 1×3×H×W whose pixels are the parameters; and pictures from the way there, which belong to
/// the file that a run goes on from.
pub struct Canvas<F> {
    /// The pixels, from 0 to 1.
    pub image: Tensor<F>,
    /// ∂loss/∂pixels.
    pub gradient: Tensor<F>,
    /// Pictures from the way, 3×H×W; zeros if it is not there yet.
    pub moments: Vec<ArrayD<F>>,
}

impl<F: Float> Canvas<F> {
    /// A picture that has not learned yet, with room for pictures of these sizes from the way.
    pub fn new(image: Tensor<F>, moments: Vec<ArrayD<F>>) -> Self {
        let gradient = Tensor::zeros(image.raw_dim());
        Self { image, gradient, moments }
    }

    // ANCHOR: clamp
    /// Every pixel back to where pixels can be.
    pub fn clamp(&mut self) {
        self.image.mapv_inplace(|x| x.max(F::zero()).min(F::one()));
    }
    // ANCHOR_END: clamp

    /// Keeps the picture as it is now as one from the way.
    ///
    /// # Panics
    /// If there is no room for one of its size.
    pub fn keep(&mut self, moment: usize) {
        self.moments[moment].assign(&self.image.index_axis(Axis(0), 0));
    }
}

// ANCHOR: layer
/// As a layer it gives its picture, whatever comes in.
impl<F: Float> Layer<F> for Canvas<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.infer(x)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        self.gradient = dy;
        Tensor::zeros(IxDyn(&[1, 0]))
    }

    fn infer(&self, _: Tensor<F>) -> Tensor<F> {
        self.image.clone()
    }

    fn params(&mut self) -> Vec<Param<'_, F>> {
        vec![Param::new("image", &mut self.image, &mut self.gradient)]
    }

    fn buffers(&mut self) -> Vec<Buffer<'_, F>> {
        let moments = self.moments.iter_mut();
        moments.map(|moment| Buffer { name: "moment", value: moment.view_mut() }).collect()
    }
}
// ANCHOR_END: layer
