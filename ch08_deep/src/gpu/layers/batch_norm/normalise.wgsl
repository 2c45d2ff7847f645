// y = gamma·(x - mean) / sigma + beta. In w beta stands behind gamma, in statistics 1 / sigma behind the mean.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> statistics: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = number(id);
    if (i >= LEN) { return; }
    let c = i / PLANE % CHANNELS;
    let normal = (x[i] - statistics[c]) * share(c);
    let sum = w[c] * normal + w[CHANNELS + c];
    y[i] = select(sum, 0.0, RECTIFY == 1u && sum < 0.0);
}
