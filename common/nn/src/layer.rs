//! What every layer can do.

use std::any::{Any, type_name};

use ndarray::{Array, Array2, ArrayViewMutD, Dimension};

use crate::random::Generator;
use crate::{Float, Tensor};

// ANCHOR: layer
/// One step of a network: a function of its input, and that function's derivative.
///
/// A layer takes its input by value. It may overwrite it, hand it on, or keep it for `backward`:
/// nobody else holds it, so nothing has to be copied.
///
/// Every layer is [`Any`], so that whoever runs a network elsewhere, such as on a graphics card, can ask
/// what kind of layer it is.
pub trait Layer<F: Float>: Any + Send + Sync {
    /// The output for a batch, keeping what `backward` will need.
    ///
    /// # Panics
    /// If the batch has not the shape that the layer expects; so does `infer`.
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F>;

    /// From ∂loss/∂output to ∂loss/∂input; stores ∂loss/∂parameter on the way.
    ///
    /// # Panics
    /// If `forward` has not run since the last `backward`: each backward step uses up what its
    /// forward step kept.
    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F>;

    /// Stores ∂loss/∂parameter and nothing more: for a network's first layer, whose input's gradient
    /// nobody asks for.
    fn backward_params(&mut self, dy: Tensor<F>) {
        self.backward(dy);
    }

    /// The output for a batch when nothing is to be learned: `&self` keeps nothing.
    fn infer(&self, x: Tensor<F>) -> Tensor<F>;

    /// The layers that this one is made of, in the order of their weights in a file; none, as a rule.
    fn children(&mut self) -> Vec<&mut dyn Layer<F>> {
        Vec::new()
    }

    /// Weights with their gradients, for the optimizer, the gradient check and the weights file:
    /// those of the children, unless there are others.
    fn params(&mut self) -> Vec<Param<'_, F>> {
        self.children().into_iter().flat_map(|child| child.params()).collect()
    }

    /// Numbers that belong to the weights file but are not learned by gradient, such as the
    /// running statistics of batch normalisation.
    fn buffers(&mut self) -> Vec<Buffer<'_, F>> {
        self.children().into_iter().flat_map(|child| child.buffers()).collect()
    }

    /// Generators that `forward` draws from, such as dropout's: with them in a checkpoint, a
    /// training that goes on draws what it would have drawn.
    fn generators(&mut self) -> Vec<&mut Generator> {
        self.children().into_iter().flat_map(|child| child.generators()).collect()
    }

    /// Whether it does nothing but hand its input through its children, one after the other.
    fn is_sequential(&self) -> bool {
        false
    }

    /// What tables call it: as a rule the name of its type.
    fn name(&self) -> &'static str {
        let path = type_name::<Self>().split('<').next().unwrap_or_default();
        path.rsplit("::").next().unwrap_or_default()
    }
}
// ANCHOR_END: layer

// ANCHOR: param
/// A parameter of a layer and the gradient that the last `backward` found for it.
pub struct Param<'a, F> {
    /// The book's letter for it: `W`, `b`, …
    pub name: &'static str,
    /// The numbers that learning changes.
    pub value: ArrayViewMutD<'a, F>,
    /// ∂loss/∂value, of the same shape.
    pub grad: ArrayViewMutD<'a, F>,
    /// Whether weight decay shrinks it: what multiplies inputs decays, what is added does not.
    pub decays: bool,
}
// ANCHOR_END: param

impl<'a, F> Param<'a, F> {
    /// A parameter that weight decay leaves alone, such as a bias, and its gradient: arrays of one
    /// shape.
    pub fn new<D: Dimension>(
        name: &'static str,
        value: &'a mut Array<F, D>,
        grad: &'a mut Array<F, D>,
    ) -> Self {
        let (value, grad) = (value.view_mut().into_dyn(), grad.view_mut().into_dyn());
        Self { name, value, grad, decays: false }
    }

    /// A parameter that multiplies inputs, and its gradient: weight decay is for these alone.
    pub fn weight<D: Dimension>(
        name: &'static str,
        value: &'a mut Array<F, D>,
        grad: &'a mut Array<F, D>,
    ) -> Self {
        Self { decays: true, ..Self::new(name, value, grad) }
    }
}

/// Numbers that a layer keeps from batch to batch and no optimizer touches.
pub struct Buffer<'a, F> {
    /// Its name in the weights file, before the number: `running_mean`, …
    pub name: &'static str,
    /// The numbers.
    pub value: ArrayViewMutD<'a, F>,
}

/// What comes back must have the shape of what went forward.
///
/// # Panics
/// If not, with the layer's name and both shapes.
pub fn check_gradient(layer: &str, dy: &[usize], output: &[usize]) {
    assert!(dy == output, "{layer}: expected a gradient of shape {output:?}, got {dy:?}");
}

/// What comes back must have as many numbers as went forward: for layers that keep no shape.
///
/// # Panics
/// If `dy` has not as many.
pub(crate) fn check_count<F>(layer: &str, dy: &Tensor<F>, count: usize) {
    let shape = dy.shape();
    assert!(dy.len() == count, "{layer}: expected a gradient of {count} numbers, got {shape:?}");
}

/// What a layer kept from `forward`, or a clear word that `forward` is missing.
pub(crate) fn kept<T>(layer: &str, kept: Option<T>) -> T {
    kept.unwrap_or_else(|| panic!("{layer}: backward needs a forward before it"))
}

/// A batch as rows, N×(everything else), without moving a number.
pub(crate) fn as_rows<F: Float>(layer: &str, x: Tensor<F>) -> Array2<F> {
    let shape = x.shape().to_vec();
    assert!(!shape.is_empty(), "{layer}: expected a batch, got a single number");
    let features: usize = shape[1..].iter().product();
    x.into_shape_with_order((shape[0], features))
        .unwrap_or_else(|_| panic!("{layer}: a batch of shape {shape:?} must be in standard order"))
}
