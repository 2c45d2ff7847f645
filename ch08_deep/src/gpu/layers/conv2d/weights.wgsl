// dW: the gradient of each map times the pixels that its places saw, summed over all places of all
// images; behind the last weight stands a column of ones, whose product is db.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dw: array<f32>;

fn a(i: u32, k: u32) -> f32 { return dy[(k / PLACES * ROWS + i) * PLACES + k % PLACES]; }
fn b(k: u32, j: u32) -> f32 {
    if (j == SEEN) { return 1.0; }
    return pixel(k / PLACES, k % PLACES, j);
}

fn finish(i: u32, j: u32, c: f32) {
    dw[select(i * SEEN + j, ROWS * SEEN + i, j == SEEN)] = c;
}
