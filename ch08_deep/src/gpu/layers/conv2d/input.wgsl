// dx: each pixel gets back, through every weight of every filter, the gradient of the place at which
// the filter saw it through that weight; column j of B is pixel j % (H·W) of image j / (H·W).
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

fn a(i: u32, k: u32) -> f32 { return w[(k / AREA * C + i) * AREA + k % AREA]; }

fn b(k: u32, j: u32) -> f32 {
    let pixel = j % (H * W);
    let tap = k % AREA;
    // Where no place is, the difference wraps round or leaves a remainder.
    let down = pixel / W + PAD - tap / KW;
    let right = pixel % W + PAD - tap % KW;
    if (down % STRIDE == 0u && right % STRIDE == 0u && down / STRIDE < OH && right / STRIDE < OW) {
        return dy[(j / (H * W) * FILTERS + k / AREA) * PLACES + down / STRIDE * OW + right / STRIDE];
    }
    return 0.0;
}

fn finish(i: u32, j: u32, c: f32) {
    let at = (j / (H * W) * C + i) * (H * W) + j % (H * W);
    dx[at] = select(0.0, c, passes(at));
}
