//! Are the gradients right? Every layer of the chapter against numerical gradients, in f64.

use common::flags::SeedFlag;
use common::gradient::{Check, check_layer, check_network, relative_error, report};
use common::init::Init;
use common::layer::Layer;
use common::layers::{AvgPool2d, Conv2d, MaxPool2d, Window};
use common::network::Network;
use common::random::{Generator, generator, normal};
use common::{Result, Tensor};
use ndarray::Array1;

use crate::im2col;
use crate::lenet::{ScaledTanh, Subsampling};
use crate::local_response_norm::LocalResponseNorm;
use crate::seven_loops::Filters;
use crate::simple_conv_net::simple_conv_net;

/// Every layer of the chapter, the two slower convolutions, and the network.
///
/// # Errors
/// Never.
pub fn checks(seed: u64) -> Result<Vec<Check>> {
    let rng = &mut generator(seed);
    let x = normal([2, 4, 7, 6].as_slice(), rng);
    let mut checks = Vec::new();
    // ANCHOR: layers
    for (size, stride, pad) in [((3, 3), 1, 0), ((3, 2), 2, 1), ((2, 4), 3, 2)] {
        let window = Window::new(size, stride, pad)?;
        let mut conv = Conv2d::new((4, 4), window, Init::Gaussian(1.0), rng)?;
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
    check("Subsampling (LeNet)", check_layer(&mut Subsampling::new(4)?, &x));
    check("Scaled tanh (LeNet)", check_layer(&mut ScaledTanh::default(), &x));
    checks.extend(slow_ways(rng)?);
    checks.push(("SimpleConvNet, 1×8×8".to_string(), check_whole(rng)?));
    Ok(checks)
}

/// The gradients of the two slower convolutions against those of `Conv2d`, which were checked above.
fn slow_ways(rng: &mut Generator) -> Result<[Check; 2]> {
    let x = normal([2, 3, 7, 6].as_slice(), rng);
    let w = normal((4, 3, 3, 2), rng);
    let mut conv = Conv2d::from_weights(w.clone(), Array1::zeros(4), 2, 1)?;
    let filters = Filters { w, b: Array1::zeros(4), stride: 2, pad: 1 };
    let y = conv.forward(x.clone());
    let dx = conv.backward(y.clone());
    let four = |x: Tensor<f64>| x.into_dimensionality().expect("four axes");
    let (x, dy) = (four(x), four(y));
    let (_, columns) = im2col::forward(&x, &filters);
    let ways = [
        ("seven loops, against Conv2d", filters.backward(&x, &dy)),
        ("im2col, against Conv2d", im2col::backward(&columns, x.dim(), &filters, &dy)),
    ];
    Ok(ways.map(|(name, (found_dx, dw, db))| {
        let errors = [
            ("x", relative_error(&found_dx.into_dyn(), &dx)),
            ("W", relative_error(&dw, &conv.dw)),
            ("b", relative_error(&db, &conv.db)),
        ];
        (name.to_string(), errors.map(|(of, error)| (of.to_string(), error)).into())
    }))
}

/// The whole network with its loss, on two small made-up images.
fn check_whole(rng: &mut Generator) -> Result<Vec<(String, f64)>> {
    let mut network: Network<f64> = simple_conv_net((1, 8, 8), rng)?;
    for mut p in network.params() {
        p.value.mapv_inplace(|w| 20.0 * w); // far from the corners of ReLU and from ties in pooling
    }
    Ok(check_network(&mut network, &normal([2, 1, 8, 8].as_slice(), rng), &[3, 1]))
}

/// Prints the relative error of every gradient.
///
/// # Errors
/// If one of them is above [`TOLERANCE`](common::gradient::TOLERANCE).
pub fn run(flags: &SeedFlag) -> Result<()> {
    report(&checks(flags.seed)?)
}
