// The gradient passes where the output is positive, in place.
@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read_write> dy: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = number(id);
    if (i < LEN) { dy[i] = select(0.0, dy[i], y[i] > 0.0); }
}
