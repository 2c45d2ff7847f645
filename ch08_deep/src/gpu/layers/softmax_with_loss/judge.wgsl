// How many of the images are read right: those whose largest logit is that of their class. The first
// of several that are equal counts.
@group(0) @binding(0) var<storage, read> steps: array<Step>;
@group(0) @binding(1) var<storage, read> now: array<u32>;
@group(0) @binding(2) var<storage, read> indices: array<u32>;
@group(0) @binding(3) var<storage, read> labels: array<u32>;
@group(0) @binding(4) var<storage, read> logits: array<f32>;
@group(0) @binding(5) var<storage, read_write> right: array<f32>;
var<workgroup> counts: array<u32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32) {
    let step = steps[now[0]];
    var count = 0u;
    for (var n = thread; n < step.count; n += 256u) {
        let row = n * CLASSES;
        var best = 0u;
        for (var j = 0u; j < CLASSES; j++) { // unroll
            if (logits[row + j] > logits[row + best]) { best = j; }
        }
        count += select(0u, 1u, best == labels[indices[step.first + n]]);
    }
    counts[thread] = count;
    for (var round = 0u; round < 8u; round++) { // unroll
        const half = 128u >> round;
        workgroupBarrier();
        if (thread < half) { counts[thread] += counts[thread + half]; }
    }
    if (thread == 0u) { right[now[0]] = f32(counts[0]); }
}
