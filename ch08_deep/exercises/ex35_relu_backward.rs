//! Exercise 35: the gradient of ReLU as a kernel.
//!
//! Wanted: dx, which is dy where the output y of the ReLU is above 0, and 0 elsewhere. A thread for each of LEN
//! numbers, 64 in a workgroup.
//!
//! Judge: cargo test -p ch08_deep --features gpu -- --ignored ex35

/// What stands in front of your kernel.
pub const BINDINGS: &str = r"
@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;
";

/// Your kernel: the gradient of ReLU.
pub fn main() -> &'static str {
    todo!("`main` in WGSL; `select(no, yes, condition)` chooses without a branch")
}

/// Both together.
pub fn kernel() -> String {
    format!("{BINDINGS}{}", main())
}
