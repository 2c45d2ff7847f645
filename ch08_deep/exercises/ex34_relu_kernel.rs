//! Exercise 34: ReLU as a kernel.
//!
//! Wanted: y = max(0, x), a thread for each number. There are LEN numbers; the judge launches as many workgroups of
//! 64 threads as are needed, so in the last one there may be threads without a number.
//!
//! What a kernel finds in front of it: the constant LEN, and the bindings below.
//!
//! Judge: cargo test -p ch08_deep --features gpu -- --ignored ex34

/// What stands in front of your kernel.
pub const BINDINGS: &str = r"
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
";

/// Your kernel: y = max(0, x).
pub fn main() -> &'static str {
    todo!(
        "`main` in WGSL, in a raw string: @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) and its body"
    )
}

/// Both together.
pub fn kernel() -> String {
    format!("{BINDINGS}{}", main())
}
