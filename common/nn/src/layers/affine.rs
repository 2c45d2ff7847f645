//! The affine (fully connected, dense) layer.

use ndarray::{Array1, Array2, Axis, IxDyn};

use super::batch::{blank, recycle};
use crate::init::Init;
use crate::kernels::matmul::matmul_into;
use crate::layer::{Layer, Param, as_rows, kept};
use crate::random::Generator;
use crate::{Float, Tensor};

// ANCHOR: affine
/// y = x·W + b: every output is a weighted sum of all inputs.
///
/// From N×inputs to N×outputs; images N×C×H×W are read as rows of C·H·W numbers, in that order.
pub struct Affine<F> {
    /// Weights, inputs×outputs.
    pub w: Array2<F>,
    /// Bias, one for each output.
    pub b: Array1<F>,
    /// ∂loss/∂W from the last `backward`.
    pub dw: Array2<F>,
    /// ∂loss/∂b from the last `backward`.
    pub db: Array1<F>,
    has_bias: bool,
    input: Option<(Array2<F>, IxDyn)>,
    /// Memory of the last gradient, for the next output.
    spare: Option<Array2<F>>,
}
// ANCHOR_END: affine

impl<F: Float> Affine<F> {
    /// A layer from `inputs` to `outputs` numbers, with random weights and a bias of zero.
    pub fn new(inputs: usize, outputs: usize, init: Init, rng: &mut Generator) -> Self {
        Self::from_weights(
            init.weights((inputs, outputs), inputs, outputs, rng),
            Array1::zeros(outputs),
        )
    }

    /// A layer with given weights, inputs×outputs, and bias.
    ///
    /// # Panics
    /// If the bias is not as long as the weights have columns.
    pub fn from_weights(w: Array2<F>, b: Array1<F>) -> Self {
        assert_eq!(w.ncols(), b.len(), "Affine: W {:?} needs {} biases", w.shape(), w.ncols());
        let (dw, db) = (Array2::zeros(w.raw_dim()), Array1::zeros(b.raw_dim()));
        Self { w, b, dw, db, has_bias: true, input: None, spare: None }
    }

    /// The layer without a bias to learn, for one that batch normalisation follows: it would take
    /// any constant away again.
    pub fn without_bias(self) -> Self {
        Self { b: Array1::zeros(self.b.len()), has_bias: false, ..self }
    }

    /// Whether there is a bias to learn.
    pub fn has_bias(&self) -> bool {
        self.has_bias
    }

    /// A batch as rows of as many numbers as W has rows; images are flattened in the order C, H, W.
    fn rows(&self, x: Tensor<F>) -> Array2<F> {
        let shape = x.shape().to_vec();
        let x = as_rows("Affine", x);
        let (inputs, outputs) = self.w.dim();
        assert!(
            x.ncols() == inputs,
            "Affine {inputs}×{outputs}: expected {inputs} numbers a row, got a batch of shape {shape:?}"
        );
        x
    }

    // ANCHOR: product
    fn product(&self, x: &Array2<F>, spare: Option<Array2<F>>) -> Array2<F> {
        let shape = (x.nrows(), self.w.ncols());
        let spare = spare.filter(|y| y.dim() == shape);
        let mut y = spare.unwrap_or_else(|| as_rows("Affine", blank(&[shape.0, shape.1])));
        matmul_into(x.view(), self.w.view(), y.view_mut());
        y += &self.b;
        y
    }
    // ANCHOR_END: product

    // ANCHOR: param_gradients
    fn param_gradients(&mut self, dy: Tensor<F>) -> (Array2<F>, Array2<F>, IxDyn) {
        let dy = as_rows("Affine", dy);
        let (x, shape) = kept("Affine", self.input.take());
        let (expected, (inputs, outputs)) = ((x.nrows(), self.w.ncols()), self.w.dim());
        assert!(
            dy.dim() == expected,
            "Affine {inputs}×{outputs}: expected a gradient of shape {expected:?}, got {:?}",
            dy.dim()
        );
        matmul_into(x.t(), dy.view(), self.dw.view_mut());
        self.db = dy.sum_axis(Axis(0));
        (dy, x, shape)
    }
    // ANCHOR_END: param_gradients
}

impl<F: Float> Layer<F> for Affine<F> {
    // ANCHOR: forward
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let shape = x.raw_dim();
        let x = self.rows(x);
        let spare = self.spare.take();
        let y = self.product(&x, spare);
        self.input = Some((x, shape));
        y.into_dyn()
    }
    // ANCHOR_END: forward

    // ANCHOR: backward
    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let (dy, x, shape) = self.param_gradients(dy);
        let mut dx = x; // x has done its work: the gradient takes over its memory
        matmul_into(dy.view(), self.w.t(), dx.view_mut());
        self.spare = Some(dy);
        dx.into_shape_with_order(shape).expect("dx has as many numbers as x had")
    }
    // ANCHOR_END: backward

    fn backward_params(&mut self, dy: Tensor<F>) {
        self.param_gradients(dy);
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let x = self.rows(x);
        let y = self.product(&x, None).into_dyn();
        recycle(x.into_dyn());
        y
    }

    fn params(&mut self) -> Vec<Param<'_, F>> {
        let mut params = vec![Param::weight("W", &mut self.w, &mut self.dw)];
        if self.has_bias {
            params.push(Param::new("b", &mut self.b, &mut self.db));
        }
        params
    }
}
