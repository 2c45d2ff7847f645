// The mean loss of the batch, and dlogits = (softmax - truth) / N. One workgroup does it all; each
// thread takes every 256th image, and then the losses are added up in a fixed order.
@group(0) @binding(0) var<storage, read> steps: array<Step>;
@group(0) @binding(1) var<storage, read> now: array<u32>;
@group(0) @binding(2) var<storage, read> indices: array<u32>;
@group(0) @binding(3) var<storage, read> labels: array<u32>;
@group(0) @binding(4) var<storage, read> logits: array<f32>;
@group(0) @binding(5) var<storage, read_write> dlogits: array<f32>;
@group(0) @binding(6) var<storage, read_write> losses: array<f32>;
var<workgroup> sums: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32) {
    let first = steps[now[0]].first;
    var sum = 0.0;
    for (var n = thread; n < BATCH; n += 256u) {
        let row = n * CLASSES;
        let label = labels[indices[first + n]];
        var largest = logits[row];
        for (var j = 0u; j < CLASSES; j++) { // unroll
            largest = max(largest, logits[row + j]);
        }
        var total = 0.0;
        for (var j = 0u; j < CLASSES; j++) { // unroll
            total += exp(logits[row + j] - largest);
        }
        sum += log(total) + largest - logits[row + label];
        for (var j = 0u; j < CLASSES; j++) { // unroll
            let y = exp(logits[row + j] - largest) / total;
            dlogits[row + j] = (y - select(0.0, 1.0, j == label)) / f32(BATCH);
        }
    }
    sums[thread] = sum;
    for (var round = 0u; round < 8u; round++) { // unroll
        const half = 128u >> round;
        workgroupBarrier();
        if (thread < half) { sums[thread] += sums[thread + half]; }
    }
    if (thread == 0u) { losses[now[0]] = sums[0] / f32(BATCH); }
}
