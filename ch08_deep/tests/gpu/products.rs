//! The product kernels, and what they are launched with.

use ch08_deep::gpu::kernel::{Binding, Constant, Plan, lines};
use ch08_deep::gpu::matmul::Way;
use ch08_deep::gpu::product::{Product, Tile};
use ch08_deep::gpu::record::Recorder;
use common::random::{Rng, generator};
use ndarray::Array2;

use crate::{close, forget, gpu, shared};

fn matrix(shape: (usize, usize), seed: u64) -> Array2<f32> {
    let rng = &mut generator(seed);
    Array2::from_shape_simple_fn(shape, || rng.random_range(-1.0..1.0))
}

#[test]
fn every_way_to_multiply_gives_the_product() {
    let Some(gpu) = gpu() else { return };
    for n in [1, 17, 64, 130] {
        let (a, b) = (matrix((n, n), 1), matrix((n, n), 2));
        let memories = [(); 3].map(|()| gpu.memory(n * n).expect("memory"));
        gpu.write(&memories[0], a.as_slice().expect("in order"));
        gpu.write(&memories[1], b.as_slice().expect("in order"));
        for way in Way::ALL {
            forget(gpu, &memories[2..]);
            gpu.submit(&way.compile(gpu, n, &memories).expect("kernels"));
            let found: Vec<f32> = gpu.read(&memories[2]).expect("the product");
            close(&format!("{} {n}", way.name()), &found, &a.dot(&b), 1e-5);
        }
    }
}

/// C = A·B with k cut into parts; the bits of C.
fn cut(size: (usize, usize, usize), tile: Tile, parts: usize) -> Option<Vec<f32>> {
    let gpu = gpu()?;
    let (rows, inner, columns) = size;
    let (a, b) = (matrix((rows, inner), 3), matrix((inner, columns), 4));
    let shared = shared(gpu, 1, 1);
    let mut to = Recorder::new(gpu, 1, &shared);
    let [left, right, out] =
        [rows * inner, inner * columns, rows * columns].map(|len| to.scratch(len).expect("memory"));
    let product = Product {
        label: "cut".to_string(),
        size,
        along_k: (true, false),
        long: true,
        layer: include_str!("../../src/gpu/kernels/matrices.wgsl"),
        constants: Vec::new(),
        bindings: vec![
            Binding::Read(left.clone()),
            Binding::Read(right.clone()),
            Binding::Write(out.clone()),
        ],
    };
    product.record_as(&mut to, tile, parts).expect("memory");
    let kernels = gpu.compile(&to.plans).expect("kernels");
    forget(gpu, &to.scratch);
    gpu.write(&left, a.as_slice().expect("in order"));
    gpu.write(&right, b.as_slice().expect("in order"));
    gpu.submit(&kernels);
    let found: Vec<f32> = gpu.read(&out).expect("the product");
    close(&format!("{size:?} in {parts} parts"), &found, &a.dot(&b), 1e-5);
    Some(found)
}

#[test]
fn a_product_that_is_cut_along_k_is_the_product() {
    for (size, parts) in [
        ((3, 1000, 5), 1),
        ((3, 1000, 5), 2),
        ((3, 1000, 5), 9),
        ((70, 200, 90), 5),
        ((1, 5000, 1), 200),
    ] {
        for tile in [Tile::of(32, 64), Tile::of(16, 128)] {
            cut(size, tile, parts);
        }
    }
}

#[test]
fn a_product_that_is_cut_has_the_same_bits_every_time() {
    let once = cut((5, 3000, 7), Tile::of(32, 64), 40);
    for _ in 0..3 {
        assert_eq!(cut((5, 3000, 7), Tile::of(32, 64), 40), once);
    }
}

#[test]
fn more_workgroups_than_one_axis_takes() {
    assert_eq!((lines(0), lines(1), lines(32_768)), ([1, 1, 1], [1, 1, 1], [32_768, 1, 1]));
    assert_eq!(lines(70_000), [32_768, 3, 1]);
    let Some(gpu) = gpu() else { return };
    let len = 70_000 * 256 + 3; // beyond 65,535 workgroups of 256 threads
    let memory = gpu.memory(len).expect("memory");
    forget(gpu, std::slice::from_ref(&memory));
    let source = "@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = number(id);
    if (i < LEN) { x[i] = f32(i % 1000u) * SCALE; }
}
";
    let scale = [("SCALE", Constant::Number(0.5))];
    let plan = Plan::for_each("numbers", len, source, &scale, vec![Binding::Write(memory.clone())]);
    gpu.submit(&gpu.compile(&[plan]).expect("a kernel"));
    let found: Vec<f32> = gpu.read(&memory).expect("numbers");
    assert!(found.iter().enumerate().all(|(i, &x)| x == (i % 1000) as f32 * 0.5));
}
