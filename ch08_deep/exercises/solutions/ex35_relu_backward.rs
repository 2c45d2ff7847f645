//! A solution of exercise 35: the gradient of ReLU as a kernel.

/// What stands in front of your kernel.
pub const BINDINGS: &str = r"
@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;
";

/// The kernel: the gradient of ReLU.
pub fn main() -> &'static str {
    r"
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i < LEN) { dx[i] = select(0.0, dy[i], y[i] > 0.0); }
}
"
}

/// Both together.
pub fn kernel() -> String {
    format!("{BINDINGS}{}", main())
}
