// Multiply-adds that wait for nothing and for no memory: the most that the card can do.
@group(0) @binding(0) var<storage, read> factors: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = number(id);
    if (i >= LEN) { return; }
    let factor = vec4f(factors[0]); // known only when it runs, or the compiler would do the sums
    let term = vec4f(factors[1]);
    var sums: array<vec4f, 4>;
    for (var s = 0u; s < 4u; s++) { // unroll
        sums[s] = vec4f(f32(i + s));
    }
    for (var round = 0u; round < ROUNDS; round++) {
        for (var k = 0u; k < 16u; k++) { // unroll
            for (var s = 0u; s < 4u; s++) { // unroll
                sums[s] = fma(sums[s], factor, term);
            }
        }
    }
    let sum = sums[0] + sums[1] + sums[2] + sums[3];
    out[i] = sum.x + sum.y + sum.z + sum.w;
}
