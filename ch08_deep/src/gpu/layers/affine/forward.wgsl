// y = x·W + b. In w the bias stands behind the weights, INNER×COLUMNS.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn a(i: u32, k: u32) -> f32 { return x[i * INNER + k]; }
fn b(k: u32, j: u32) -> f32 { return w[k * COLUMNS + j]; }

fn finish(i: u32, j: u32, c: f32) {
    var sum = c;
    if (BIAS == 1u) { sum += w[INNER * COLUMNS + j]; }
    y[i * COLUMNS + j] = select(sum, 0.0, RECTIFY == 1u && sum < 0.0);
}
