// dx = gamma / sigma · (dy - normalised x · dgamma / n - dbeta / n): what moving x does to the
// variance and to the mean is taken away.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> statistics: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> dw: array<f32>;
@group(0) @binding(4) var<storage, read> dy: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = number(id);
    if (i >= LEN) { return; }
    let c = i / PLANE % CHANNELS;
    let share = statistics[CHANNELS + c];
    let normal = (x[i] - statistics[c]) * share;
    let d = dy[i] - (normal * dw[c] + dw[CHANNELS + c]) / f32(EACH);
    dx[i] = select(0.0, w[c] * share * d, passes(i));
}
