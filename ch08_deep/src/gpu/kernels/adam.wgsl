// Adam, for all parameters of the network at once; AdamW where weights decay.
@group(0) @binding(0) var<storage, read> steps: array<Step>;
@group(0) @binding(1) var<storage, read> now: array<u32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> w: array<f32>;
@group(0) @binding(4) var<storage, read_write> m: array<f32>;
@group(0) @binding(5) var<storage, read_write> v: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = number(id);
    if (i >= LEN) { return; }
    let step = steps[now[0]];
    m[i] = BETA1 * m[i] + (1.0 - BETA1) * g[i];
    v[i] = BETA2 * v[i] + (1.0 - BETA2) * g[i] * g[i];
    let rest = w[i] * (1.0 - step.rate * decay(i));
    w[i] = rest - step.rate * step.means * m[i] / (sqrt(v[i] * step.squares) + EPSILON);
}
