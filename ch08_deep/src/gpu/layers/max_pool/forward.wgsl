// The largest pixel under the window, and where on its channel it stands. The first of several wins.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> places: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = number(id);
    if (i >= LEN) { return; }
    let channel = i / (OH * OW) * (H * W);
    let top = i / OW % OH * STRIDE;
    let left = i % OW * STRIDE;
    var best = LOWEST;
    var place = 0xffffffffu;
    for (var dy = 0u; dy < KH; dy++) { // unroll
        for (var dx = 0u; dx < KW; dx++) { // unroll
            let down = top + dy - PAD; // outside the image it wraps round to a huge number
            let right = left + dx - PAD;
            if (down < H && right < W) {
                let pixel = x[channel + down * W + right];
                if (place == 0xffffffffu || pixel > best) { best = pixel; place = down * W + right; }
            }
        }
    }
    y[i] = best;
    places[i] = place;
}
