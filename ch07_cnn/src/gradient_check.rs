//! Are the gradients right? Every layer of the chapter against numerical gradients, in f64.

use common::gradient::{check_layer, numerical_gradients, relative_error};
use common::init::Init;
use common::layer::Layer;
use common::layers::{AvgPool2d, Conv2d, MaxPool2d, SoftmaxWithLoss, Window};
use common::network::Network;
use common::random::{Generator, Rng, distributions::StandardNormal, generator};
use common::{Error, Result, Tensor};
use ndarray::Array1;

use crate::im2col;
use crate::lenet::{ScaledTanh, Subsampling};
use crate::local_response_norm::LocalResponseNorm;
use crate::seven_loops::Filters;
use crate::simple_conv_net::simple_conv_net;

/// Above this a gradient is wrong, not rounded.
pub const TOLERANCE: f64 = 1e-6;

/// What was checked: a layer, and the relative error of its gradient for each array.
pub type Check = (String, Vec<(String, f64)>);

/// Every layer of the chapter, the two slower convolutions, and the network.
///
/// # Errors
/// Never.
pub fn checks(seed: u64) -> Result<Vec<Check>> {
    let rng = &mut generator(seed);
    let x = normal(&[2, 3, 7, 6], rng);
    let mut checks = Vec::new();
    // ANCHOR: layers
    for (size, stride, pad) in [((3, 3), 1, 0), ((3, 2), 2, 1), ((2, 4), 3, 2)] {
        let window = Window::new(size, stride, pad)?;
        let mut conv = Conv2d::new((3, 4), window, Init::Gaussian(1.0), rng)?;
        let name = format!("Conv2d {}×{} stride {stride} pad {pad}", size.0, size.1);
        checks.push((name, check_layer(&mut conv, &x)));
    }
    let overlapping = Window::new((3, 3), 2, 1)?;
    let mut check = |name: &str, errors| checks.push((name.to_string(), errors));
    check("MaxPool2d 3×3 stride 2 pad 1", check_layer(&mut MaxPool2d::new(overlapping)?, &x));
    check("AvgPool2d 3×3 stride 2 pad 1", check_layer(&mut AvgPool2d::new(overlapping)?, &x));
    // ANCHOR_END: layers
    // Constants that make the neighbours count.
    let mut norm = LocalResponseNorm::new(3)?.with_constants(0.5, 1.0);
    check("Local response normalisation", check_layer(&mut norm, &x));
    check("Subsampling (LeNet)", check_layer(&mut Subsampling::new(3)?, &x));
    check("Scaled tanh (LeNet)", check_layer(&mut ScaledTanh::default(), &x));
    check("seven loops, im2col", slow_ways(rng)?);
    check("SimpleConvNet, 1×8×8", check_network(rng)?);
    Ok(checks)
}

/// The gradients of the two slower convolutions against those of `Conv2d`, which were checked above.
fn slow_ways(rng: &mut Generator) -> Result<Vec<(String, f64)>> {
    let x = normal(&[2, 3, 7, 6], rng);
    let w = normal(&[4, 3, 3, 2], rng).into_dimensionality().expect("four axes");
    let mut conv = Conv2d::from_weights(w.clone(), Array1::zeros(4), 2, 1)?;
    let filters = Filters { w, b: Array1::zeros(4), stride: 2, pad: 1 };
    let y = conv.forward(x.clone());
    let dx = conv.backward(y.clone());
    let four = |x: Tensor<f64>| x.into_dimensionality().expect("four axes");
    let (x, dy) = (four(x), four(y));
    let (_, columns) = im2col::forward(&x, &filters);
    let mut errors = Vec::new();
    for (found_dx, dw, db) in
        [filters.backward(&x, &dy), im2col::backward(&columns, x.dim(), &filters, &dy)]
    {
        errors.push(("x".to_string(), relative_error(&found_dx.into_dyn(), &dx)));
        errors.push(("W".to_string(), relative_error(&dw, &conv.dw)));
        errors.push(("b".to_string(), relative_error(&db, &conv.db)));
    }
    Ok(errors)
}

/// The whole network with its loss, on two small made-up images.
fn check_network(rng: &mut Generator) -> Result<Vec<(String, f64)>> {
    let mut network: Network<f64> = simple_conv_net((1, 8, 8), rng)?;
    for mut p in network.params() {
        p.value.mapv_inplace(|w| 20.0 * w); // far from the corners of ReLU and from ties in pooling
    }
    let (x, labels) = (normal(&[2, 1, 8, 8], rng), [3, 1]);
    let mut head = SoftmaxWithLoss::default();
    head.forward(network.forward(x.clone()), &labels);
    network.backward(head.backward());
    let by_backprop: Vec<_> = network.params().iter().map(|p| p.grad.to_owned()).collect();
    let numerical = numerical_gradients(&mut network, |network| {
        head.forward(network.infer(x.clone()), &labels)
    });
    let names = ["W1", "b1", "W2", "b2", "W3", "b3"].map(String::from);
    let errors = by_backprop.iter().zip(&numerical).map(|(a, b)| relative_error(a, b));
    Ok(names.into_iter().zip(errors).collect())
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
    for (layer, errors) in checks(seed)? {
        let columns: Vec<_> =
            errors.iter().map(|(name, error)| format!("{name} {error:.0e}")).collect();
        println!("  {layer:<30}{}", columns.join("  "));
        worst = errors.iter().fold(worst, |worst, (_, error)| worst.max(*error));
    }
    println!("largest relative error: {worst:.0e}");
    match worst < TOLERANCE {
        true => Ok(()),
        false => Err(Error::Invalid(format!(
            "a gradient is off by {worst:.1e}, more than {TOLERANCE:.0e}"
        ))),
    }
}
