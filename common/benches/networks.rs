//! One step of training, and one batch of reading, for the networks of chapters 5, 7 and 8; 100
//! images.

use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, Conv2d, Dropout, MaxPool2d, Relu, SoftmaxWithLoss, Window};
use common::network::Network;
use common::optimizer::{Adam, Optimizer, Sgd};
use common::random::{Rng, generator};
use common::{Result, Tensor};
use divan::{Bencher, counter::ItemsCount};

fn main() {
    // As in a chapter's program: the main thread works along.
    let threads = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
    threads.expect("nobody has asked for threads yet");
    divan::main();
}

const IMAGES: usize = 100;

fn two_layer() -> Result<Network<f32>> {
    let rng = &mut generator(1);
    Ok(Network::new()
        .with(Affine::new(784, 50, Init::He, rng))
        .with(Relu::default())
        .with(Affine::new(50, 10, Init::He, rng)))
}

fn simple_conv() -> Result<Network<f32>> {
    let rng = &mut generator(1);
    Ok(Network::new()
        .with(Conv2d::new((1, 30), Window::new((5, 5), 1, 0)?, Init::He, rng)?)
        .with(Relu::default())
        .with(MaxPool2d::new(Window::new((2, 2), 2, 0)?)?)
        .with(Affine::new(30 * 12 * 12, 100, Init::He, rng))
        .with(Relu::default())
        .with(Affine::new(100, 10, Init::He, rng)))
}

fn deep_conv() -> Result<Network<f32>> {
    let rng = &mut generator(1);
    let (mut network, mut channels) = (Network::new(), 1);
    for (i, (filters, pad)) in
        [(16, 1), (16, 1), (32, 1), (32, 2), (64, 1), (64, 1)].into_iter().enumerate()
    {
        let window = Window::new((3, 3), 1, pad)?;
        network = network
            .with(Conv2d::new((channels, filters), window, Init::He, rng)?)
            .with(Relu::default());
        if i % 2 == 1 {
            network = network.with(MaxPool2d::new(Window::new((2, 2), 2, 0)?)?);
        }
        channels = filters;
    }
    Ok(network
        .with(Affine::new(64 * 4 * 4, 50, Init::He, rng))
        .with(Relu::default())
        .with(Dropout::new(0.5, rng))
        .with(Affine::new(50, 10, Init::He, rng))
        .with(Dropout::new(0.5, rng)))
}

fn images() -> Tensor<f32> {
    let rng = &mut generator(1);
    Tensor::from_shape_simple_fn(vec![IMAGES, 1, 28, 28], || rng.random())
}

fn step(bencher: Bencher, network: Result<Network<f32>>, mut optimizer: impl Optimizer<f32>) {
    let (mut network, x) = (network.expect("a network"), images());
    let (mut criterion, labels) = (SoftmaxWithLoss::default(), vec![3; IMAGES]);
    let counted = bencher.counter(ItemsCount::new(IMAGES));
    counted.with_inputs(|| x.clone()).bench_local_values(|x| {
        let loss = criterion.forward(network.forward(x), &labels);
        network.backward_params(criterion.backward());
        optimizer.update(network.params());
        loss
    });
}

fn infer(bencher: Bencher, network: Result<Network<f32>>) {
    let (network, x) = (network.expect("a network"), images());
    let counted = bencher.counter(ItemsCount::new(IMAGES));
    counted.with_inputs(|| x.clone()).bench_local_values(|x| network.infer(x));
}

#[divan::bench]
fn two_layer_step(bencher: Bencher) {
    step(bencher, two_layer(), Sgd { learning_rate: 0.1 });
}

#[divan::bench]
fn two_layer_infer(bencher: Bencher) {
    infer(bencher, two_layer());
}

#[divan::bench]
fn simple_conv_step(bencher: Bencher) {
    step(bencher, simple_conv(), Adam::new(1e-3));
}

#[divan::bench]
fn simple_conv_infer(bencher: Bencher) {
    infer(bencher, simple_conv());
}

#[divan::bench]
fn deep_conv_step(bencher: Bencher) {
    step(bencher, deep_conv(), Adam::new(1e-3));
}

#[divan::bench]
fn deep_conv_infer(bencher: Bencher) {
    infer(bencher, deep_conv());
}
