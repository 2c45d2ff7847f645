//! Matrix products, in the shapes that the book's networks need; the last is large enough to show
//! what the processor can do.

use divan::{Bencher, counter::ItemsCount};
use ndarray::Array2;
use nn::kernels::matmul::matmul_into;

fn main() {
    // As in a chapter's program: the main thread works along.
    let threads = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
    threads.expect("nobody has asked for threads yet");
    divan::main();
}

/// Rows, depth and columns.
const SHAPES: [[usize; 3]; 4] =
    [[100, 784, 50], [784, 100, 50], [100, 4320, 100], [1024, 1024, 1024]];

/// Items are multiplications.
#[divan::bench(args = SHAPES)]
fn product(bencher: Bencher, [n, k, m]: [usize; 3]) {
    let (a, b) = (Array2::<f32>::ones((n, k)), Array2::<f32>::ones((k, m)));
    let mut c = Array2::zeros((n, m));
    bencher
        .counter(ItemsCount::new(n * k * m))
        .bench_local(|| matmul_into(a.view(), b.view(), c.view_mut()));
}

/// The left factor transposed, as for the gradient of weights.
#[divan::bench(args = SHAPES)]
fn transposed(bencher: Bencher, [n, k, m]: [usize; 3]) {
    let (a, b) = (Array2::<f32>::ones((k, n)), Array2::<f32>::ones((k, m)));
    let mut c = Array2::zeros((n, m));
    bencher
        .counter(ItemsCount::new(n * k * m))
        .bench_local(|| matmul_into(a.t(), b.view(), c.view_mut()));
}
