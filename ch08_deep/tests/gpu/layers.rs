//! Each layer on the card against the same layer on the processor, on small and awkward shapes.

use ch08_deep::gpu::layers::Shape;
use ch08_deep::gpu::layers::dropout::{hash, kept};
use ch08_deep::gpu::lower::lower;
use ch08_deep::gpu::record::Recorder;
use common::Tensor;
use common::init::Init;
use common::layer::Layer;
use common::layers::{
    Affine, AvgPool2d, BatchNorm, Conv2d, Dropout, MaxPool2d, Relu, Sigmoid, Window,
};
use common::model::{buffers, params};
use common::network::Network;
use common::random::{Rng, generator};
use ndarray::IxDyn;

use crate::{close, forget, gpu, shared};

/// What sums in another order may differ by.
const CLOSE: f32 = 1e-5;

fn random(shape: &[usize], seed: u64) -> Tensor<f32> {
    let rng = &mut generator(seed);
    Tensor::from_shape_simple_fn(IxDyn(shape), || rng.random_range(-1.0..1.0))
}

/// Compares output, gradients and running statistics of a network of one layer, and of the same layer
/// between two ReLUs, which it then does on its way where it can.
fn agrees(image: Shape, batch: usize, layer: impl Fn() -> Network<f32>) {
    let Some(gpu) = gpu() else { return };
    let mut cpu = layer();
    let x = random(&[batch, image.0, image.1, image.2], 1);
    let what = format!("{} on {batch} of {image:?}", cpu.layers()[0].name());
    let lowered = lower(&cpu, image).expect("there are kernels");
    let shared = shared(gpu, lowered.params.len, lowered.buffers.len);
    let place = |array: usize| lowered.params.arrays[array];
    // Weights that are not what they begin with: biases of 0 would hide a mistake.
    for (i, mut p) in (0..).zip(params(&mut cpu)) {
        let weights = random(p.value.shape(), 10 + i as u64);
        p.value.assign(&weights);
        let numbers: Vec<f32> = p.value.iter().copied().collect();
        gpu.write(&place(i).of(&shared.weights), &numbers);
    }
    for (b, place) in buffers(&mut cpu).into_iter().zip(&lowered.buffers.arrays) {
        gpu.write(&place.of(&shared.statistics), &b.value.iter().copied().collect::<Vec<_>>());
    }
    let y = cpu.forward(x.clone());
    let dy = random(y.shape(), 2);
    let dx = cpu.backward(dy.clone());

    let mut layers = lowered.layers;
    let mut to = Recorder::new(gpu, batch, &shared);
    let from = to.scratch(x.len()).expect("memory");
    let back = to.scratch(dy.len()).expect("memory");
    let out = layers[0].forward(&mut to, from.clone(), false).expect("memory");
    let in_place = to.plans.len();
    let input = layers[0].backward(&mut to, back.clone(), None).expect("memory");
    let kernels = gpu.compile(&to.plans).expect("kernels");
    forget(gpu, &to.scratch);
    forget(gpu, std::slice::from_ref(&shared.gradients));
    gpu.write(&from, x.as_slice().expect("in order"));
    gpu.write(&back, dy.as_slice().expect("in order"));
    gpu.submit(&kernels[..in_place]);
    let found: Vec<f32> = gpu.read(&out).expect("the output");
    close(&format!("{what}: y"), &found, &y, CLOSE);
    gpu.submit(&kernels[in_place..]);
    let found: Vec<f32> = gpu.read(&input).expect("the gradient");
    close(&format!("{what}: dx"), &found, &dx, CLOSE);
    for (i, p) in params(&mut cpu).iter().enumerate() {
        let found: Vec<f32> = gpu.read(&place(i).of(&shared.gradients)).expect("gradients");
        close(&format!("{what}: d{}", p.name), &found, &p.grad, CLOSE);
    }
    for (b, place) in buffers(&mut cpu).iter().zip(&lowered.buffers.arrays) {
        let found: Vec<f32> = gpu.read(&place.of(&shared.statistics)).expect("statistics");
        close(&format!("{what}: {}", b.name), &found, &b.value, CLOSE);
    }
}

fn window(size: (usize, usize), stride: usize, pad: usize) -> Window {
    Window::new(size, stride, pad).expect("a window")
}

#[test]
fn affine() {
    for (inputs, outputs, batch) in [(1, 1, 1), (5, 3, 2), (33, 17, 7), (70, 130, 65), (3, 1, 300)]
    {
        let layer =
            || Network::new().with(Affine::new(inputs, outputs, Init::He, &mut generator(3)));
        agrees((inputs, 1, 1), batch, layer);
    }
    let without =
        || Network::new().with(Affine::new(6, 4, Init::He, &mut generator(3)).without_bias());
    agrees((1, 2, 3), 5, without);
}

#[test]
fn convolution() {
    for (image, filters, size, stride, pad, batch) in [
        ((1, 1, 1), 1, (1, 1), 1, 0, 1),
        ((2, 5, 7), 3, (3, 3), 1, 1, 2),
        ((3, 6, 5), 17, (2, 3), 1, 0, 3),
        ((1, 7, 8), 2, (3, 2), 2, 1, 3),
        ((2, 9, 4), 5, (3, 3), 3, 2, 2),
        ((2, 4, 4), 33, (4, 4), 1, 2, 5),
        ((4, 3, 3), 2, (3, 3), 1, 0, 40),
    ] {
        let conv = || {
            Conv2d::new((image.0, filters), window(size, stride, pad), Init::He, &mut generator(4))
                .expect("a layer")
        };
        agrees(image, batch, || Network::new().with(conv()));
        agrees(image, batch, || Network::new().with(conv().without_bias()));
    }
}

#[test]
fn max_pooling() {
    for (image, size, stride, pad, batch) in [
        ((1, 2, 2), (2, 2), 2, 0, 1),
        ((3, 5, 7), (2, 2), 2, 0, 2),
        ((2, 7, 6), (3, 3), 2, 1, 3),
        ((2, 6, 9), (2, 3), 1, 0, 2),
        ((1, 9, 9), (2, 2), 3, 1, 4),
    ] {
        let pool = || MaxPool2d::new(window(size, stride, pad)).expect("a layer");
        agrees(image, batch, || Network::new().with(pool()));
    }
}

#[test]
fn the_first_of_equal_pixels_wins() {
    let Some(gpu) = gpu() else { return };
    let mut cpu: Network<f32> =
        Network::new().with(MaxPool2d::new(window((3, 3), 2, 1)).expect("a layer"));
    let mut layers = lower(&cpu, (1, 4, 4)).expect("there are kernels").layers;
    let shared = shared(gpu, 1, 1);
    let mut to = Recorder::new(gpu, 2, &shared);
    let (x, dy) = (to.scratch(32).expect("memory"), to.scratch(8).expect("memory"));
    layers[0].forward(&mut to, x.clone(), false).expect("memory");
    let dx = layers[0].backward(&mut to, dy.clone(), None).expect("memory");
    let kernels = gpu.compile(&to.plans).expect("kernels");
    forget(gpu, &to.scratch);
    let image = Tensor::from_shape_fn(IxDyn(&[2, 1, 4, 4]), |at| ((at[2] + at[3]) % 2) as f32);
    let back = random(&[2, 1, 2, 2], 5);
    gpu.write(&x, image.as_slice().expect("in order"));
    gpu.write(&dy, back.as_slice().expect("in order"));
    gpu.submit(&kernels);
    cpu.forward(image);
    close("dx", &gpu.read(&dx).expect("the gradient"), &cpu.backward(back), 0.0);
}

#[test]
fn relu() {
    agrees((3, 5, 1), 7, || Network::new().with(Relu::default()));
}

#[test]
fn batch_normalisation() {
    for (image, batch) in [((1, 1, 1), 9), ((7, 1, 1), 5), ((3, 4, 5), 3), ((2, 6, 6), 17)] {
        agrees(image, batch, || Network::new().with(BatchNorm::new(image.0)));
    }
}

// ANCHOR: hash
#[test]
fn dropout_draws_what_its_hash_says() {
    let Some(gpu) = gpu() else { return };
    let (rate, batch, numbers, step) = (0.3, 3, 401, 77_u32);
    let dropout = Dropout::new(rate, &mut generator(9));
    let words = dropout.generator().state();
    let halves = words.iter().flat_map(|&word| [word as u32, (word >> 32) as u32]);
    let key = halves.fold(0, |key, half| hash(key ^ half));
    let mut layers =
        lower(&Network::new().with(dropout), (numbers, 1, 1)).expect("there are kernels").layers;
    let shared = shared(gpu, 1, 1);
    gpu.write(&shared.course, &[0, 0, step]);
    let mut to = Recorder::new(gpu, batch, &shared);
    let (x, dy) = (to.scratch(batch * numbers), to.scratch(batch * numbers));
    let (x, dy) = (x.expect("memory"), dy.expect("memory"));
    layers[0].forward(&mut to, x.clone(), false).expect("memory");
    layers[0].backward(&mut to, dy.clone(), None).expect("memory");
    let kernels = gpu.compile(&to.plans).expect("kernels");
    let values = random(&[batch * numbers], 6);
    for memory in [&x, &dy] {
        gpu.write(memory, values.as_slice().expect("in order"));
    }
    gpu.submit(&kernels);
    let expected = (0..).zip(&values);
    let expected = expected
        .map(|(i, x)| if kept(rate, key, step, i) { x * (1.0 / (1.0 - rate)) as f32 } else { 0.0 });
    let expected: Vec<f32> = expected.collect();
    close("x", &gpu.read(&x).expect("the output"), &expected, 1e-6);
    close("dy", &gpu.read(&dy).expect("the gradient"), &expected, 1e-6);
    let silent = expected.iter().filter(|x| **x == 0.0).count() as f64;
    let share = silent / expected.len() as f64;
    assert!((share - rate).abs() < 0.05, "{share} of the numbers are silenced");
}
// ANCHOR_END: hash

#[test]
fn a_layer_without_kernels_is_named() {
    let rng = &mut generator(1);
    let refused = |network: &Network<f32>, image, because: &str| {
        let error = lower(network, image).err().expect("there are no kernels").to_string();
        assert!(error.contains(because), "{error}");
    };
    let affine = Affine::new(4, 3, Init::He, rng);
    let network = Network::new().with(affine).with(Sigmoid::default());
    refused(&network, (4, 1, 1), "layer 2 is a Sigmoid");
    refused(&network, (5, 1, 1), "layer 1 (Affine 4×3) is given");
    let pool = AvgPool2d::new(window((2, 2), 2, 0)).expect("a layer");
    refused(&Network::new().with(pool), (1, 4, 4), "layer 1 is a AvgPool2d");
    let inner = Network::new().with(BatchNorm::new(3));
    refused(&Network::new().with(inner), (2, 1, 1), "BatchNorm of 3");
}
