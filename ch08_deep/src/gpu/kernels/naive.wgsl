// C = A·B, N×N: a thread for each number of C.
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

// ANCHOR: naive
@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.y;
    let j = id.x;
    if (i >= N || j >= N) { return; }
    var sum = 0.0;
    for (var k = 0u; k < N; k++) {
        sum += a[i * N + k] * b[k * N + j];
    }
    c[i * N + j] = sum;
}
// ANCHOR_END: naive
