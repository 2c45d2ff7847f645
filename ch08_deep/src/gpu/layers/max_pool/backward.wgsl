// A pixel gets the gradients of those windows that found it the largest. Each thread looks through the
// windows over its own pixel: no two threads ever add to one number, so the order is always the same.
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> places: array<u32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = number(id);
    if (i >= LEN) { return; }
    let channel = i / (H * W) * (OH * OW);
    let pixel = i % (H * W);
    let last_down = (pixel / W + PAD) / STRIDE; // the last window that may reach it, and those before
    let last_right = (pixel % W + PAD) / STRIDE;
    var sum = 0.0;
    for (var up = 0u; up < REACH_DOWN; up++) { // unroll
        for (var back = 0u; back < REACH_RIGHT; back++) { // unroll
            let down = last_down - up;
            let right = last_right - back;
            if (down < OH && right < OW) {
                let at = channel + down * OW + right;
                if (places[at] == pixel) { sum += dy[at]; }
            }
        }
    }
    dx[i] = select(0.0, sum, passes(i));
}
