// dW = xᵀ·dy; behind the last input stands a row of ones, whose product with dy is db.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dw: array<f32>;

fn a(i: u32, k: u32) -> f32 {
    if (i == INPUTS) { return 1.0; }
    return x[k * INPUTS + i];
}
fn b(k: u32, j: u32) -> f32 { return dy[k * COLUMNS + j]; }

fn finish(i: u32, j: u32, c: f32) { dw[i * COLUMNS + j] = c; }
