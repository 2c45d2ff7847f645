//! Once training runs, no step asks the system for memory of a layer's size.

#![allow(unsafe_code)] // an allocator cannot be written without

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use common::Tensor;
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, Conv2d, Dropout, MaxPool2d, Relu, SoftmaxWithLoss, Window};
use common::network::Network;
use common::optimizer::{Adam, Optimizer};
use common::random::generator;
use ndarray::IxDyn;

/// The system's allocator, which also counts what is large.
struct Counting;

/// Bytes that count as large: less than any output of a convolution below.
const LARGE: usize = 64 << 10;
static COUNT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(usize::from(layout.size() >= LARGE), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_hundred_steps_allocate_nothing_large() {
    let rng = &mut generator(1);
    let window = |size, pad| Window::new((size, size), 1, pad).expect("a window");
    let conv = |c, f, size, pad, rng: &mut _| {
        Conv2d::<f32>::new((c, f), window(size, pad), Init::He, rng).expect("sizes fit")
    };
    let pool = Window::new((2, 2), 2, 0).and_then(MaxPool2d::new).expect("a window");
    let mut network = Network::new()
        .with(conv(1, 8, 5, 2, rng))
        .with(Relu::default())
        .with(conv(8, 8, 3, 1, rng))
        .with(Relu::default())
        .with(pool)
        .with(Affine::new(8 * 64, 20, Init::He, rng))
        .with(Dropout::new(0.5, rng))
        .with(Affine::new(20, 10, Init::He, rng));
    let (mut adam, mut head) = (Adam::new(1e-3), SoftmaxWithLoss::default());
    let labels: Vec<u8> = (0..20).map(|i| i % 10).collect();
    let mut step = || {
        // The batch itself, 20 kB, is new in every step.
        let x = Tensor::from_elem(IxDyn(&[20, 1, 16, 16]), 0.5);
        let loss = head.forward(network.forward(x), &labels);
        network.backward_params(head.backward());
        adam.update(network.params());
        loss
    };
    step();
    step();
    let before = COUNT.load(Ordering::Relaxed);
    assert!(before > 0, "the first steps do allocate");
    for _ in 0..100 {
        step();
    }
    let large = COUNT.load(Ordering::Relaxed) - before;
    // A thread that another one overtook may need working memory of its own, once.
    assert!(large <= 16, "{large} large allocations in 100 steps");
}
