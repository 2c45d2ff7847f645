//! Exercise 39: softmax, a workgroup for each row.
//!
//! Wanted: the softmax of each of ROWS rows of COLUMNS numbers. Each row has a workgroup of 64 threads of its own; a row
//! may be longer than that, or shorter. First the threads find the row's largest number together, then the sum of
//! exp(x − largest): without the largest taken away, exp(1000) would be more than an f32 holds.
//!
//! Judge: cargo test -p ch08_deep --features gpu -- --ignored ex39

/// What stands in front of your kernel.
pub const BINDINGS: &str = r"
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
var<workgroup> shared_numbers: array<f32, 64>;
";

/// Your kernel: softmax.
pub fn main() -> &'static str {
    todo!(
        "`main` in WGSL, with @builtin(workgroup_id) group: vec3u; before a second use of the shared memory, wait once more"
    )
}

/// Both together.
pub fn kernel() -> String {
    format!("{BINDINGS}{}", main())
}
