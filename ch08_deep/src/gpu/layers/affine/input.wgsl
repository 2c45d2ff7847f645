// dx = dy·Wᵀ.
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

fn a(i: u32, k: u32) -> f32 { return dy[i * INNER + k]; }
fn b(k: u32, j: u32) -> f32 { return w[j * INNER + k]; }

fn finish(i: u32, j: u32, c: f32) {
    let at = i * COLUMNS + j;
    dx[at] = select(0.0, c, passes(at));
}
