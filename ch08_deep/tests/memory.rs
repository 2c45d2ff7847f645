//! How much memory the deep network takes to learn, beside its data.

#![allow(unsafe_code)] // an allocator cannot be written without

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use ch08_deep::networks::measured::Measured;
use ch08_deep::speed::step::Bench;
use common::random::generator;

/// The system's allocator, which also knows how much is in use, and how much ever was.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = IN_USE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn steps_of_a_hundred_images_stay_below_200_megabytes() {
    let mut bench = Bench::new(Measured::DeepConv, 100, &mut generator(1)).expect("a network");
    let mut after = Vec::new();
    for _ in 0..10 {
        bench.step();
        after.push(IN_USE.load(Ordering::Relaxed));
    }
    let peak = PEAK.load(Ordering::Relaxed) as f64 / 1e6;
    println!("at most {peak:.0} MB in use");
    assert!(peak < 200., "{peak:.0} MB");
    // Working memory of one thread more may still come in; nothing grows from step to step.
    assert!(after[9] < after[1] + 10_000_000, "in use after each step: {after:?}");
}
