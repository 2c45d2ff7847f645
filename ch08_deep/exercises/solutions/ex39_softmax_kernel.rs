//! A solution of exercise 39: softmax, a workgroup for each row.

/// What stands in front of your kernel.
pub const BINDINGS: &str = r"
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
var<workgroup> shared_numbers: array<f32, 64>;
";

/// The kernel: softmax.
pub fn main() -> &'static str {
    r"
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
    let row = group.x * COLUMNS;
    var largest = x[row];
    for (var j = thread; j < COLUMNS; j += 64u) { largest = max(largest, x[row + j]); }
    shared_numbers[thread] = largest;
    for (var half = 32u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (thread < half) {
            shared_numbers[thread] = max(shared_numbers[thread], shared_numbers[thread + half]);
        }
    }
    workgroupBarrier();
    largest = shared_numbers[0];
    workgroupBarrier(); // all have read it
    var sum = 0.0;
    for (var j = thread; j < COLUMNS; j += 64u) { sum += exp(x[row + j] - largest); }
    shared_numbers[thread] = sum;
    for (var half = 32u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (thread < half) { shared_numbers[thread] += shared_numbers[thread + half]; }
    }
    workgroupBarrier();
    for (var j = thread; j < COLUMNS; j += 64u) {
        y[row + j] = exp(x[row + j] - largest) / shared_numbers[0];
    }
}
"
}

/// Both together.
pub fn kernel() -> String {
    format!("{BINDINGS}{}", main())
}
