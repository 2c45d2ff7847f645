//! What goes wrong on a card is one line that says what to do.

use ch08_deep::gpu::bench::Bench;
use ch08_deep::gpu::device::{Checks, Gpu};
use ch08_deep::gpu::kernel::{Binding, Plan};
use ch08_deep::networks::measured::Measured;

use crate::{gpu, open};

#[track_caller]
fn is_one_line(error: &str, saying: &str) {
    assert!(error.contains(saying) && error.lines().count() == 1, "{error}");
}

#[test]
fn a_card_that_is_lost() {
    let Some(own) = open() else { return };
    let mut bench = Bench::new(&own, Measured::TwoLayer, 5).expect("a network");
    bench.step(0.01).expect("it works at first");
    own.lose();
    let error = bench.step(0.01).expect_err("it is gone").to_string();
    is_one_line(&error, "was lost");
    is_one_line(&error, "--resume");
    let error = own.memory(10).expect_err("it is gone").to_string();
    is_one_line(&error, "was lost");
    let error = Bench::new(&own, Measured::TwoLayer, 5).err().expect("it is gone").to_string();
    is_one_line(&error, "was lost");
}

#[test]
fn too_little_memory() {
    let Some(gpu) = gpu() else { return };
    let most = gpu.limits().max_storage_buffer_binding_size.min(gpu.limits().max_buffer_size);
    let error = gpu.memory(most as usize / 4 + 1).expect_err("there is not as much").to_string();
    is_one_line(&error, "--batch-size");
    is_one_line(&error, "at most");
}

#[test]
fn an_adapter_that_there_is_not() {
    let Some(gpu) = gpu() else { return };
    let error = Gpu::open(Some("no such card"), Checks::All).err().expect("none").to_string();
    is_one_line(&error, &gpu.info.name);
    let part = &gpu.info.name[..4].to_uppercase();
    assert!(Gpu::open(Some(part), Checks::All).is_ok(), "{part} is part of {}", gpu.info.name);
}

#[test]
fn a_kernel_that_does_not_compile() {
    let Some(gpu) = gpu() else { return };
    let memory = gpu.memory(1).expect("memory");
    let plan = Plan::for_each("broken", 1, "fn main( {", &[], vec![Binding::Write(memory)]);
    let error = gpu.compile(&[plan]).err().expect("it is no WGSL").to_string();
    assert!(error.starts_with("kernel broken: "), "{error}");
    gpu.check().expect("the card is as well as before");
}

#[test]
fn unchecked_kernels_find_the_same() {
    let Some(gpu) = Gpu::open(None, Checks::None).ok() else { return };
    Bench::new(&gpu, Measured::TwoLayer, 7).and_then(|mut b| b.step(0.01)).expect("it works");
}
