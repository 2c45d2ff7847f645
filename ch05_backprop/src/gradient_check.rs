//! Are the gradients right? Backpropagation against numerical differentiation, in double precision.

use common::gradient::{check_layer, numerical_gradient, numerical_gradients, relative_error};
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, MeanSquaredError, Relu, Sigmoid, SoftmaxWithLoss, Tanh};
use common::random::{Generator, Rng, distributions::StandardNormal, generator};
use common::{Error, Result, Tensor};

use crate::two_layer_net::TwoLayerNet;

/// Above this a gradient is wrong, not rounded.
pub const TOLERANCE: f64 = 1e-6;

/// What was checked: a layer, and the relative error of its gradient for each array.
pub type Check = (&'static str, Vec<(String, f64)>);

/// Every layer of the chapter, the loss heads, and the network made of them.
pub fn checks(seed: u64) -> Vec<Check> {
    let rng = &mut generator(seed);
    let x = normal(&[6, 5], rng);
    let mut affine = Affine::new(5, 4, Init::Gaussian(1.0), rng);
    vec![
        ("Affine", check_layer(&mut affine, &x)),
        ("ReLU", check_layer(&mut Relu::default(), &x)),
        ("Sigmoid", check_layer(&mut Sigmoid::default(), &x)),
        ("Tanh", check_layer(&mut Tanh::default(), &x)),
        ("Softmax with loss", check_softmax_with_loss(&x)),
        ("Mean squared error", check_mean_squared_error(&x, &normal(&[6, 5], rng))),
        ("TwoLayerNet", check_network(rng)),
    ]
}

// ANCHOR: check_network
/// The whole network with its loss, on three small made-up images.
fn check_network(rng: &mut Generator) -> Vec<(String, f64)> {
    let mut network = TwoLayerNet::<f64>::new(20, 8, 10, rng);
    let (x, labels) = (normal(&[3, 20], rng), [3, 1, 4]);
    let mut head = SoftmaxWithLoss::default();

    head.forward(network.forward(x.clone()), &labels);
    network.backward(head.backward());
    let by_backprop: Vec<_> = network.params().iter().map(|p| p.grad.to_owned()).collect();

    let numerical = numerical_gradients(&mut network, |network| {
        head.forward(network.infer(x.clone()), &labels)
    });
    let names = ["W1", "b1", "W2", "b2"].map(String::from);
    let errors = by_backprop.iter().zip(&numerical).map(|(a, b)| relative_error(a, b));
    names.into_iter().zip(errors).collect()
}
// ANCHOR_END: check_network

fn check_softmax_with_loss(logits: &Tensor<f64>) -> Vec<(String, f64)> {
    let labels = [0, 1, 2, 3, 4, 0];
    let mut head = SoftmaxWithLoss::default();
    head.forward(logits.clone(), &labels);
    let by_hand = head.backward();
    let numerical = numerical_gradient(&mut logits.clone(), |x| head.forward(x.clone(), &labels));
    vec![("x".to_string(), relative_error(&by_hand, &numerical))]
}

fn check_mean_squared_error(y: &Tensor<f64>, t: &Tensor<f64>) -> Vec<(String, f64)> {
    let mut head = MeanSquaredError::default();
    head.forward(y.clone(), t);
    let by_hand = head.backward();
    let numerical = numerical_gradient(&mut y.clone(), |y| head.forward(y.clone(), t));
    vec![("x".to_string(), relative_error(&by_hand, &numerical))]
}

fn normal(shape: &[usize], rng: &mut Generator) -> Tensor<f64> {
    Tensor::from_shape_simple_fn(shape, || rng.sample(StandardNormal))
}

/// Prints the relative error of every gradient.
///
/// # Errors
/// If one of them is above [`TOLERANCE`].
pub fn run(seed: u64) -> Result<()> {
    println!("relative error ‖a − n‖ / (‖a‖ + ‖n‖) of backpropagation (a) against");
    println!("numerical differentiation (n), both in f64");
    let mut worst: f64 = 0.0;
    for (layer, errors) in checks(seed) {
        let columns: Vec<_> =
            errors.iter().map(|(name, error)| format!("{name} {error:.1e}")).collect();
        println!("  {layer:<20}{}", columns.join("   "));
        worst = errors.iter().fold(worst, |worst, (_, error)| worst.max(*error));
    }
    println!("largest relative error: {worst:.1e}");
    match worst < TOLERANCE {
        true => Ok(()),
        false => Err(Error::Invalid(format!(
            "a gradient is off by {worst:.1e}, more than {TOLERANCE:.0e}"
        ))),
    }
}
