// C = A·B, N×N: 16×16 threads fetch 16×16 numbers of A and of B together, and each of them uses what
// all have fetched.
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

// ANCHOR: tiled
var<workgroup> tile_a: array<f32, 256>;
var<workgroup> tile_b: array<f32, 256>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_id) local: vec3u) {
    var sum = 0.0;
    for (var k0 = 0u; k0 < N; k0 += 16u) {
        tile_a[local.y * 16u + local.x] = a_or_0(id.y, k0 + local.x);
        tile_b[local.y * 16u + local.x] = b_or_0(k0 + local.y, id.x);
        workgroupBarrier(); // all have fetched
        for (var k = 0u; k < 16u; k++) { // unroll
            sum += tile_a[local.y * 16u + k] * tile_b[k * 16u + local.x];
        }
        workgroupBarrier(); // all have used it
    }
    if (id.y < N && id.x < N) { c[id.y * N + id.x] = sum; }
}
// ANCHOR_END: tiled

fn a_or_0(i: u32, k: u32) -> f32 {
    if (i < N && k < N) { return a[i * N + k]; }
    return 0.0;
}

fn b_or_0(k: u32, j: u32) -> f32 {
    if (k < N && j < N) { return b[k * N + j]; }
    return 0.0;
}
