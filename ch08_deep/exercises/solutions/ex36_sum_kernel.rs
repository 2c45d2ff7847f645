//! A solution of exercise 36: a sum by a whole workgroup.

/// What stands in front of your kernel.
pub const BINDINGS: &str = r"
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
var<workgroup> sums: array<f32, 256>;
";

/// The kernel: the sum of all numbers.
pub fn main() -> &'static str {
    r"
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32) {
    var sum = 0.0;
    for (var i = thread; i < LEN; i += 256u) { sum += x[i]; }
    sums[thread] = sum;
    for (var half = 128u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (thread < half) { sums[thread] += sums[thread + half]; }
    }
    if (thread == 0u) { out[0] = sums[0]; }
}
"
}

/// Both together.
pub fn kernel() -> String {
    format!("{BINDINGS}{}", main())
}
