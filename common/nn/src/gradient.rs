//! Gradients by trying: nudge every number a little and see what the loss does.
//!
//! Far too slow to learn with, and the best judge of a gradient worked out by hand.

use ndarray::{Array, ArrayD, Dimension, IxDyn, NdIndex};

use crate::layer::Layer;
use crate::layers::SoftmaxWithLoss;
use crate::model;
use crate::random::{generator, normal};
use crate::{Float, Tensor};

// ANCHOR: numerical_gradient
/// ∂f/∂x for every entry of `x`, by the central difference (f(x+h) − f(x−h)) / 2h.
///
/// Costs two calls of `f` for each entry; `x` comes back as it was.
pub fn numerical_gradient<F: Float, D: Dimension>(
    x: &mut Array<F, D>,
    mut f: impl FnMut(&Array<F, D>) -> F,
) -> Array<F, D>
where
    D::Pattern: NdIndex<D>,
{
    let h = step::<F>();
    let mut gradient = Array::zeros(x.raw_dim());
    for (index, slope) in gradient.indexed_iter_mut() {
        let original = x[index.clone()];
        x[index.clone()] = original + h;
        let above = f(x);
        x[index.clone()] = original - h;
        let below = f(x);
        x[index] = original;
        *slope = (above - below) / (h + h);
    }
    gradient
}
// ANCHOR_END: numerical_gradient

/// The step that loses least: the cube root of the type's precision (6e-6 in `f64`, 5e-3 in
/// `f32`) balances what the difference cuts off, ∝ h², against what rounding costs, ∝ 1/h.
pub fn step<F: Float>() -> F {
    F::epsilon().cbrt()
}

/// ∂loss/∂parameter for every parameter of a network, in the order of [`Layer::params`], by the central
/// difference.
pub fn numerical_gradients<F: Float, L: Layer<F>>(
    network: &mut L,
    mut loss: impl FnMut(&mut L) -> F,
) -> Vec<ArrayD<F>> {
    let h = step::<F>();
    let shapes: Vec<_> = network.params().iter().map(|p| p.value.raw_dim()).collect();
    let slopes_of = |(k, shape): (usize, IxDyn)| {
        ArrayD::from_shape_fn(shape, |index| {
            let original = network.params()[k].value[&index];
            let mut loss_at = |w| {
                network.params()[k].value[&index] = w;
                loss(network)
            };
            let slope = (loss_at(original + h) - loss_at(original - h)) / (h + h);
            network.params()[k].value[&index] = original;
            slope
        })
    };
    shapes.into_iter().enumerate().map(slopes_of).collect()
}

/// ‖a − b‖ / (‖a‖ + ‖b‖): 0 for equal arrays, 1 for opposite ones or when only one is zero, whatever
/// their size; infinite if one of them holds a NaN, so that no comparison lets it pass.
pub fn relative_error<F: Float, D: Dimension>(a: &Array<F, D>, b: &Array<F, D>) -> f64 {
    let norm = |x: &Array<F, D>| x.iter().map(|x| x.as_f64().powi(2)).sum::<f64>().sqrt();
    let scale = norm(a) + norm(b);
    if scale == 0.0 {
        return 0.0;
    }
    let error = norm(&(a - b)) / scale;
    if error.is_nan() { f64::INFINITY } else { error }
}

// ANCHOR: check_layer
/// Compares a layer's `backward` with numerical gradients: the relative error for its input
/// (named `x`) and for each of its parameters.
///
/// A layer's output y is an array and a gradient needs one number, so the loss is Σ r·y with
/// fixed random r; then ∂loss/∂y is r.
pub fn check_layer<L: Layer<f64>>(layer: &mut L, x: &Tensor<f64>) -> Vec<(String, f64)> {
    let y = layer.forward(x.clone());
    let r = normal(y.raw_dim(), &mut generator(0));
    let dx = layer.backward(r.clone());
    let by_hand: Vec<_> =
        layer.params().iter().map(|p| (p.name.to_string(), p.grad.to_owned())).collect();

    let numerical_dx =
        numerical_gradient(&mut x.clone(), |x| (&layer.forward(x.clone()) * &r).sum());
    let numerical = numerical_gradients(layer, |layer| (layer.forward(x.clone()) * &r).sum());

    let mut errors = vec![("x".to_string(), relative_error(&dx, &numerical_dx))];
    for ((name, gradient), numerical) in by_hand.iter().zip(&numerical) {
        errors.push((name.clone(), relative_error(gradient, numerical)));
    }
    errors
}
// ANCHOR_END: check_layer

// ANCHOR: check_network
/// Compares the gradients of a whole network with its loss for a batch: the relative error for each
/// parameter.
pub fn check_network<N: Layer<f64>>(
    network: &mut N,
    x: &Tensor<f64>,
    labels: &[u8],
) -> Vec<(String, f64)> {
    let mut criterion = SoftmaxWithLoss::default();
    criterion.forward(network.forward(x.clone()), labels);
    network.backward(criterion.backward());
    let by_backprop: Vec<_> = network.params().iter().map(|p| p.grad.to_owned()).collect();

    let numerical = numerical_gradients(network, |network| {
        criterion.forward(network.forward(x.clone()), labels)
    });
    let errors = by_backprop.iter().zip(&numerical).map(|(a, n)| relative_error(a, n));
    model::names(network).into_iter().zip(errors).collect()
}
// ANCHOR_END: check_network

/// Above this relative error a gradient in `f64` is wrong, not rounded.
pub const TOLERANCE: f64 = 1e-6;
