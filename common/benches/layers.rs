//! Every layer forward and backward, on a batch of 100 in the shape in which the book's networks
//! meet it.

use common::Tensor;
use common::init::Init;
use common::layer::Layer;
use common::layers::{
    Affine, AvgPool2d, BatchNorm, Conv2d, Dropout, Gelu, MaxPool2d, Relu, Sigmoid, SoftmaxWithLoss,
    Tanh, Window,
};
use common::random::{Generator, Rng, generator};
use divan::{Bencher, counter::ItemsCount};

fn main() {
    // As in a chapter's program: the main thread works along.
    let threads = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
    threads.expect("nobody has asked for threads yet");
    divan::main();
}

const IMAGES: usize = 100;

/// A layer with the shape of one input.
struct Case {
    name: &'static str,
    shape: &'static [usize],
    build: fn(&mut Generator) -> Box<dyn Layer<f32>>,
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.name, self.shape)
    }
}

fn conv(channels: usize, filters: usize, size: usize, pad: usize) -> Box<dyn Layer<f32>> {
    let window = Window::new((size, size), 1, pad).expect("a window");
    let layer = Conv2d::new((channels, filters), window, Init::He, &mut generator(1));
    Box::new(layer.expect("a layer"))
}

fn halves() -> Window {
    Window::new((2, 2), 2, 0).expect("a window")
}

const CASES: [Case; 18] = [
    Case { name: "conv 5×5, 1→30", shape: &[1, 28, 28], build: |_| conv(1, 30, 5, 0) },
    Case { name: "conv 3×3, 1→16", shape: &[1, 28, 28], build: |_| conv(1, 16, 3, 1) },
    Case { name: "conv 3×3, 16→16", shape: &[16, 28, 28], build: |_| conv(16, 16, 3, 1) },
    Case { name: "conv 3×3, 16→32", shape: &[16, 14, 14], build: |_| conv(16, 32, 3, 1) },
    Case { name: "conv 3×3, 32→32", shape: &[32, 14, 14], build: |_| conv(32, 32, 3, 2) },
    Case { name: "conv 3×3, 32→64", shape: &[32, 8, 8], build: |_| conv(32, 64, 3, 1) },
    Case { name: "conv 3×3, 64→64", shape: &[64, 8, 8], build: |_| conv(64, 64, 3, 1) },
    Case {
        name: "max pool 2×2",
        shape: &[16, 28, 28],
        build: |_| Box::new(MaxPool2d::new(halves()).expect("a layer")),
    },
    Case {
        name: "mean pool 2×2",
        shape: &[16, 28, 28],
        build: |_| Box::new(AvgPool2d::new(halves()).expect("a layer")),
    },
    Case {
        name: "affine 784→50",
        shape: &[784],
        build: |rng| Box::new(Affine::new(784, 50, Init::He, rng)),
    },
    Case {
        name: "affine 4320→100",
        shape: &[4320],
        build: |rng| Box::new(Affine::new(4320, 100, Init::He, rng)),
    },
    Case { name: "relu", shape: &[16, 28, 28], build: |_| Box::new(Relu::default()) },
    Case { name: "sigmoid", shape: &[784], build: |_| Box::new(Sigmoid::default()) },
    Case { name: "tanh", shape: &[784], build: |_| Box::new(Tanh::default()) },
    Case { name: "gelu", shape: &[784], build: |_| Box::new(Gelu::default()) },
    Case { name: "dropout", shape: &[784], build: |rng| Box::new(Dropout::new(0.5, rng)) },
    Case { name: "batch norm", shape: &[784], build: |_| Box::new(BatchNorm::new(784)) },
    Case { name: "batch norm", shape: &[16, 28, 28], build: |_| Box::new(BatchNorm::new(16)) },
];

fn batch(shape: &[usize], rng: &mut Generator) -> Tensor<f32> {
    let shape = [&[IMAGES], shape].concat();
    Tensor::from_shape_simple_fn(shape, || rng.random::<f32>() - 0.5)
}

/// Items are images.
#[divan::bench(args = CASES)]
fn forward(bencher: Bencher, case: &Case) {
    let rng = &mut generator(1);
    let (mut layer, x) = ((case.build)(rng), batch(case.shape, rng));
    bencher
        .counter(ItemsCount::new(IMAGES))
        .with_inputs(|| x.clone())
        .bench_local_values(|x| layer.forward(x));
}

/// With the gradients of parameters and of the input. Every run follows a forward step, which is
/// not measured.
#[divan::bench(args = CASES)]
fn backward(bencher: Bencher, case: &Case) {
    let rng = &mut generator(1);
    let (layer, x) = (std::cell::RefCell::new((case.build)(rng)), batch(case.shape, rng));
    bencher
        .counter(ItemsCount::new(IMAGES))
        .with_inputs(|| layer.borrow_mut().forward(x.clone()))
        .bench_local_values(|dy| layer.borrow_mut().backward(dy));
}

/// Logits to the mean loss, and back.
#[divan::bench]
fn softmax_with_loss(bencher: Bencher) {
    let rng = &mut generator(1);
    let (logits, labels) = (batch(&[10], rng), vec![3; IMAGES]);
    let mut criterion = SoftmaxWithLoss::default();
    bencher
        .counter(ItemsCount::new(IMAGES))
        .with_inputs(|| logits.clone())
        .bench_local_values(|logits| (criterion.forward(logits, &labels), criterion.backward()));
}
