//! What must stay true on a graphics card, one file an idea. Where there is none (nor a driver that
//! computes on the processor), the tests say that they are skipped; with the variable GPU_REQUIRED they
//! fail.

mod command_line;
mod faults;
mod layers;
mod networks;
mod pages;
mod products;
mod rules;

use std::env;
use std::sync::OnceLock;

use ch08_deep::gpu::device::{Checks, Gpu};
use ch08_deep::gpu::memory::Memory;
use ch08_deep::gpu::record::Shared;

/// The card that all tests share, if there is one.
///
/// # Panics
/// If there is none and GPU_REQUIRED is set.
fn gpu() -> Option<&'static Gpu> {
    static GPU: OnceLock<Option<Gpu>> = OnceLock::new();
    GPU.get_or_init(open).as_ref()
}

/// A card of one's own, to break.
fn open() -> Option<Gpu> {
    match Gpu::open(None, Checks::All) {
        Ok(gpu) => Some(gpu),
        Err(e) if env::var_os("GPU_REQUIRED").is_some() => panic!("GPU_REQUIRED is set: {e}"),
        Err(e) => {
            testing::skipped(&e.to_string());
            None
        }
    }
}

/// What steps share, where layers have so many parameters and statistics; step number 0.
fn shared(gpu: &Gpu, params: usize, statistics: usize) -> Shared {
    let memory = |len| gpu.memory(len).expect("a little memory");
    Shared {
        weights: memory(params),
        gradients: memory(params),
        statistics: memory(statistics),
        course: memory(6),
        now: memory(1),
    }
}

/// Makes memory be no number, so that what a kernel forgets to write shows.
fn forget(gpu: &Gpu, memories: &[Memory]) {
    for memory in memories {
        gpu.write(memory, &vec![f32::NAN; memory.len()]);
    }
}

/// Checks that two lists of numbers agree to within a share of the largest.
#[track_caller]
fn close<'a>(
    what: &str,
    found: impl IntoIterator<Item = &'a f32>,
    expected: impl IntoIterator<Item = &'a f32>,
    within: f32,
) {
    let (found, expected): (Vec<_>, Vec<_>) =
        (found.into_iter().collect(), expected.into_iter().collect());
    assert_eq!(found.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(1e-30_f32, |most, x| most.max(x.abs()));
    for (i, (x, y)) in found.iter().zip(&expected).enumerate() {
        let error = (*x - *y).abs() / largest;
        assert!(error <= within, "{what}: number {i} is {x}, not {y} (of at most {largest})");
    }
}
