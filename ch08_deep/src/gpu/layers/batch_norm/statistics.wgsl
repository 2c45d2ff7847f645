// Mean and 1 / sigma of each channel, and what is remembered of them for later.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> statistics: array<f32>;
@group(0) @binding(2) var<storage, read_write> running: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
    let c = group.x;
    var own = 0.0;
    for (var e = thread; e < EACH; e += 1024u) {
        for (var q = 0u; q < 4u; q++) { // unroll
            if (e + q * 256u < EACH) { own += x[at(c, e + q * 256u)]; }
        }
    }
    let mean = add_up(thread, vec2f(own, 0.0)).x / f32(EACH);
    own = 0.0;
    for (var e = thread; e < EACH; e += 1024u) {
        for (var q = 0u; q < 4u; q++) { // unroll
            let d = x[at(c, min(e + q * 256u, EACH - 1u))] - mean;
            if (e + q * 256u < EACH) { own += d * d; }
        }
    }
    let variance = add_up(thread, vec2f(own, 0.0)).x / f32(EACH);
    if (thread == 0u) {
        statistics[c] = mean;
        statistics[CHANNELS + c] = 1.0 / sqrt(variance + EPSILON);
        running[c] = MOMENTUM * running[c] + (1.0 - MOMENTUM) * mean;
        running[CHANNELS + c] = MOMENTUM * running[CHANNELS + c] + (1.0 - MOMENTUM) * variance;
    }
}
