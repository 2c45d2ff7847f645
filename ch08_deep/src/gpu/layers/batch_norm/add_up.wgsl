// A sum over all images and places of a channel, by the 256 threads of a workgroup: each adds every
// 256th number, and then half of them add the sums of the other half, until one is left.
var<workgroup> sums: array<vec2f, 256>;

fn add_up(thread: u32, own: vec2f) -> vec2f {
    workgroupBarrier(); // the last sum has been read
    sums[thread] = own;
    for (var round = 0u; round < 8u; round++) { // unroll
        const half = 128u >> round;
        workgroupBarrier();
        if (thread < half) { sums[thread] += sums[thread + half]; }
    }
    workgroupBarrier();
    return sums[0];
}

// Where number e of a channel stands: e counts places, and then images.
fn at(channel: u32, e: u32) -> u32 {
    return (e / PLANE * CHANNELS + channel) * PLANE + e % PLANE;
}

