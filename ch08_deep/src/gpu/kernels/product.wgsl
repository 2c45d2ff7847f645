// C = A·B for matrices whose numbers a layer looks up by its functions a(i, k) and b(k, j); what comes
// out goes to store(i, j, part, c). A workgroup computes a tile of TILE_I×TILE_J, each of its threads
// EACH_I×EACH_J numbers of that. DEPTH columns of A and rows of B at a time are fetched into memory
// that the workgroup shares. Where C is small and k is long, k is cut into parts of PART.
const STEP_A = TILE_I / 4u + 1u; // one more, so that what is written along k lies in different banks
const STEP_B = TILE_J / 4u + 1u;
var<workgroup> tile_a: array<vec4f, DEPTH * STEP_A>;
var<workgroup> tile_b: array<vec4f, DEPTH * STEP_B>;

fn a_or_0(i: u32, k: u32, end: u32) -> f32 {
    if (i < ROWS && k < end) { return a(i, k); }
    return 0.0;
}

fn b_or_0(k: u32, j: u32, end: u32) -> f32 {
    if (k < end && j < COLUMNS) { return b(k, j); }
    return 0.0;
}

fn store_row(i: u32, j: u32, part: u32, c: vec4f) {
    for (var q = 0u; q < 4u; q++) { // unroll
        if (i < ROWS && j + q < COLUMNS) { store(i, j + q, part, c[q]); }
    }
}

@compute @workgroup_size(WORKERS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
    let tile = group.y * ROW + group.x;
    if (tile >= TILES) { return; }
    let i0 = tile / TILES_ACROSS * TILE_I;
    let j0 = tile % TILES_ACROSS * TILE_J;
    let first = group.z * PART;
    let end = min(first + PART, INNER);
    let y = thread / ACROSS; // a thread's rows and columns come in fours
    let x = thread % ACROSS;
    var c: array<vec4f, CELLS>;
    for (var k0 = first; k0 < end; k0 += DEPTH) {
        for (var m = 0u; m < FETCHES_A; m++) { // unroll
            let e = thread + m * WORKERS;
            if (e < DEPTH * TILE_I / 4u) {
                // Neighbouring threads fetch what lies side by side: along k, or along i.
                let k = select(e / (TILE_I / 4u), e % DEPTH, A_ALONG_K == 1u);
                let four = select(e % (TILE_I / 4u), e / DEPTH, A_ALONG_K == 1u);
                let i = i0 + 4u * four;
                tile_a[k * STEP_A + four] = vec4f(
                    a_or_0(i, k0 + k, end), a_or_0(i + 1u, k0 + k, end),
                    a_or_0(i + 2u, k0 + k, end), a_or_0(i + 3u, k0 + k, end));
            }
        }
        for (var m = 0u; m < FETCHES_B; m++) { // unroll
            let e = thread + m * WORKERS;
            if (e < DEPTH * TILE_J / 4u) {
                let k = select(e / (TILE_J / 4u), e % DEPTH, B_ALONG_K == 1u);
                let four = select(e % (TILE_J / 4u), e / DEPTH, B_ALONG_K == 1u);
                let j = j0 + 4u * four;
                tile_b[k * STEP_B + four] = vec4f(
                    b_or_0(k0 + k, j, end), b_or_0(k0 + k, j + 1u, end),
                    b_or_0(k0 + k, j + 2u, end), b_or_0(k0 + k, j + 3u, end));
            }
        }
        workgroupBarrier();
        // ANCHOR: inner
        for (var k = 0u; k < DEPTH; k++) { // unroll
            for (var r = 0u; r < FOURS_I; r++) { // unroll
                let a = tile_a[k * STEP_A + y + r * DOWN];
                for (var s = 0u; s < FOURS_J; s++) { // unroll
                    let b = tile_b[k * STEP_B + x + s * ACROSS];
                    c[(4u * r) * FOURS_J + s] += a.x * b;
                    c[(4u * r + 1u) * FOURS_J + s] += a.y * b;
                    c[(4u * r + 2u) * FOURS_J + s] += a.z * b;
                    c[(4u * r + 3u) * FOURS_J + s] += a.w * b;
                }
            }
        }
        // ANCHOR_END: inner
        workgroupBarrier();
    }
    for (var r = 0u; r < FOURS_I; r++) { // unroll
        for (var s = 0u; s < FOURS_J; s++) { // unroll
            for (var q = 0u; q < 4u; q++) { // unroll
                store_row(i0 + 4u * (y + r * DOWN) + q, j0 + 4u * (x + s * ACROSS), group.z,
                    c[(4u * r + q) * FOURS_J + s]);
            }
        }
    }
}
