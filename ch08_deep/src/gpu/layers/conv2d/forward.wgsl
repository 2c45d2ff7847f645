// The maps of a convolution as a product: row i of A is filter i, column j of B is the patch of pixels
// that a filter sees at place j % PLACES of image j / PLACES. Nobody ever writes B down. In w the
// biases stand behind the filters, F×C×KH×KW.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn a(i: u32, k: u32) -> f32 { return w[i * INNER + k]; }
fn b(k: u32, j: u32) -> f32 { return pixel(j / PLACES, j % PLACES, k); }

fn finish(i: u32, j: u32, c: f32) {
    var sum = c;
    if (BIAS == 1u) { sum += w[ROWS * INNER + i]; }
    y[(j / PLACES * ROWS + i) * PLACES + j % PLACES] = select(sum, 0.0, RECTIFY == 1u && sum < 0.0);
}
