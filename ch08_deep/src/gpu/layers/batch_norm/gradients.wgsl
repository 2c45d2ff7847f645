// dgamma = sum of dy times the normalised x, dbeta = sum of dy, for each channel.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> statistics: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
    let c = group.x;
    let mean = statistics[c];
    let share = statistics[CHANNELS + c];
    var own = vec2f();
    for (var e = thread; e < EACH; e += 1024u) {
        for (var q = 0u; q < 4u; q++) { // unroll
            if (e + q * 256u < EACH) {
                let i = at(c, e + q * 256u);
                own += dy[i] * vec2f((x[i] - mean) * share, 1.0);
            }
        }
    }
    let sum = add_up(thread, own);
    if (thread == 0u) {
        dw[c] = sum.x;
        dw[CHANNELS + c] = sum.y;
    }
}
