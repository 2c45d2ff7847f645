// Two matrices for the product in registers, row by row.
@group(0) @binding(0) var<storage, read> left: array<f32>;
@group(0) @binding(1) var<storage, read> right: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

fn a(i: u32, k: u32) -> f32 { return left[i * INNER + k]; }
fn b(k: u32, j: u32) -> f32 { return right[k * COLUMNS + j]; }
fn finish(i: u32, j: u32, c: f32) { out[i * COLUMNS + j] = c; }
