// The parts of a product that was cut along k, added up: always in this order, whoever is first.
// A workgroup adds 256 / LANES numbers of the result; LANES threads share the parts of each.
const ACROSS_PARTS = 256u / LANES;
var<workgroup> sums: array<f32, 256>;

fn part_or_0(part: u32, e: u32) -> f32 {
    if (part < PARTS && e < LEN) { return parts[part * LEN + e]; }
    return 0.0;
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
    let e = (group.y * ROW + group.x) * ACROSS_PARTS + thread % ACROSS_PARTS;
    let lane = thread / ACROSS_PARTS;
    // Four sums, so that four numbers are on their way at a time.
    var sum = vec4f();
    for (var p = lane; p < PARTS; p += 4u * LANES) {
        sum += vec4f(part_or_0(p, e), part_or_0(p + LANES, e),
            part_or_0(p + 2u * LANES, e), part_or_0(p + 3u * LANES, e));
    }
    sums[thread] = (sum.x + sum.y) + (sum.z + sum.w);
    for (var round = 0u; round < HALVINGS; round++) { // unroll
        const half = 128u >> round;
        workgroupBarrier();
        if (thread < half) { sums[thread] += sums[thread + half]; }
    }
    if (lane == 0u && e < LEN) { finish(e / COLUMNS, e % COLUMNS, sums[thread]); }
}
