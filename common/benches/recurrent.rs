//! Recurrent layers forward and back together, on batches of the sizes in which chapter 8 has them.
//! `recurrent.py` beside this file has PyTorch's side.

use common::Tensor;
use common::layer::Layer;
use common::layers::{Gru, Lstm, Rnn};
use common::random::{Generator, generator, normal};
use divan::Bencher;

fn main() {
    // As in a chapter's program: the main thread works along.
    let threads = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
    threads.expect("nobody has asked for threads yet");
    divan::main();
}

/// Sequences, steps, numbers in and units.
#[derive(Debug)]
struct Size(&'static str, [usize; 4]);

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [n, steps, inputs, units] = self.1;
        write!(f, "{} {n}×{steps}, {inputs}→{units}", self.0)
    }
}

const SIZES: [Size; 3] = [
    Size("recall", [64, 21, 32, 64]),
    Size("caption", [32, 11, 128, 128]),
    Size("language", [32, 64, 64, 192]),
];

fn forward_and_back<L: Layer<f32>>(
    bencher: Bencher<'_, '_>,
    Size(_, [n, steps, inputs, units]): &Size,
    build: impl Fn(usize, usize, &mut Generator) -> L,
) {
    let rng = &mut generator(1);
    let mut layer = build(*inputs, *units, rng);
    let x: Tensor<f32> = normal(vec![*n, *steps, *inputs], rng);
    let dy: Tensor<f32> = normal(vec![*n, *steps, *units], rng);
    bencher.with_inputs(|| (x.clone(), dy.clone())).bench_local_values(|(x, dy)| {
        let y = layer.forward(x);
        (y, layer.backward(dy))
    });
}

#[divan::bench(args = SIZES)]
fn rnn(bencher: Bencher, size: &Size) {
    forward_and_back(bencher, size, Rnn::new);
}

#[divan::bench(args = SIZES)]
fn lstm(bencher: Bencher, size: &Size) {
    forward_and_back(bencher, size, Lstm::new);
}

#[divan::bench(args = SIZES)]
fn gru(bencher: Bencher, size: &Size) {
    forward_and_back(bencher, size, Gru::new);
}
