//! Are the gradients right? Backpropagation against numerical differentiation, in double precision.

use common::flags::SeedFlag;
use common::gradient::{
    Check, check_layer, check_network, numerical_gradient, relative_error, report,
};
use common::init::Init;
use common::layers::{Affine, MeanSquaredError, Relu, Sigmoid, SoftmaxWithLoss, Tanh};
use common::random::{generator, normal};
use common::{Result, Tensor};

use crate::two_layer_net::TwoLayerNet;

/// Every layer of the chapter, the losses, and the network made of them.
pub fn checks(seed: u64) -> Vec<Check> {
    let rng = &mut generator(seed);
    let (x, t) = (normal([6, 5].as_slice(), rng), normal([6, 5].as_slice(), rng));
    let mut affine = Affine::new(5, 4, Init::Gaussian(1.0), rng);
    // ANCHOR: network
    // The whole network with its loss, on three small made-up images.
    let mut network = TwoLayerNet::new(20, 8, 10, rng);
    let whole = check_network(&mut network, &normal([3, 20].as_slice(), rng), &[3, 1, 4]);
    // ANCHOR_END: network
    let checks = [
        ("Affine", check_layer(&mut affine, &x)),
        ("ReLU", check_layer(&mut Relu::default(), &x)),
        ("Sigmoid", check_layer(&mut Sigmoid::default(), &x)),
        ("Tanh", check_layer(&mut Tanh::default(), &x)),
        ("Softmax with loss", check_softmax_with_loss(&x)),
        ("Mean squared error", check_mean_squared_error(&x, &t)),
        ("TwoLayerNet", whole),
    ];
    checks.map(|(name, errors)| (name.to_string(), errors)).into()
}

fn check_softmax_with_loss(logits: &Tensor<f64>) -> Vec<(String, f64)> {
    let labels = [0, 1, 2, 3, 4, 0];
    let mut criterion = SoftmaxWithLoss::default();
    criterion.forward(logits.clone(), &labels);
    let by_hand = criterion.backward();
    let numerical =
        numerical_gradient(&mut logits.clone(), |x| criterion.forward(x.clone(), &labels));
    vec![("x".to_string(), relative_error(&by_hand, &numerical))]
}

fn check_mean_squared_error(y: &Tensor<f64>, t: &Tensor<f64>) -> Vec<(String, f64)> {
    let mut criterion = MeanSquaredError::default();
    criterion.forward(y.clone(), t);
    let by_hand = criterion.backward();
    let numerical = numerical_gradient(&mut y.clone(), |y| criterion.forward(y.clone(), t));
    vec![("x".to_string(), relative_error(&by_hand, &numerical))]
}

/// Prints the relative error of every gradient.
///
/// # Errors
/// If one of them is above [`TOLERANCE`](common::gradient::TOLERANCE).
pub fn run(flags: &SeedFlag) -> Result<()> {
    report(&checks(flags.seed))
}
