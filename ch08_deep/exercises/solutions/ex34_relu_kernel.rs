//! A solution of exercise 34: ReLU as a kernel.

/// What stands in front of your kernel.
pub const BINDINGS: &str = r"
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
";

/// The kernel: y = max(0, x).
pub fn main() -> &'static str {
    r"
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x < LEN) { y[id.x] = max(0.0, x[id.x]); }
}
"
}

/// Both together.
pub fn kernel() -> String {
    format!("{BINDINGS}{}", main())
}
