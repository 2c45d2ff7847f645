//! Exercise 38: the backward pass of max pooling.
//!
//! Wanted: dx of a 2×2 max pooling with stride 2 on images of H×W pixels (both even), a thread for each pixel, 64 in a
//! workgroup. `places` says for each number of the output which of its four pixels was the largest: 0 and 1 in the
//! upper row, 2 and 3 in the lower. A pixel that was the largest of its four gets their gradient, every other gets 0:
//! nobody else will write it. LEN counts the pixels of all images; the output has a quarter of them.
//!
//! Judge: cargo test -p ch08_deep --features gpu -- --ignored ex38

/// What stands in front of your kernel.
pub const BINDINGS: &str = r"
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> places: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;
";

/// Your kernel: the gradient of max pooling.
pub fn main() -> &'static str {
    todo!(
        "`main` in WGSL: from a pixel's number to its image, row and column, and from these to its patch"
    )
}

/// Both together.
pub fn kernel() -> String {
    format!("{BINDINGS}{}", main())
}
