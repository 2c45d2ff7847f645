// max(0, x), in place.
@group(0) @binding(0) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = number(id);
    if (i < LEN) { x[i] = select(x[i], 0.0, x[i] < 0.0); }
}
