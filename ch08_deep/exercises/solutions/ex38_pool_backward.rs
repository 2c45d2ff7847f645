//! A solution of exercise 38: the backward pass of max pooling.

/// What stands in front of your kernel.
pub const BINDINGS: &str = r"
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> places: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;
";

/// The kernel: the gradient of max pooling.
pub fn main() -> &'static str {
    r"
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    if (i >= LEN) { return; }
    let row = i / W % H;
    let column = i % W;
    let patch_at = i / (W * H) * (W * H / 4u) + row / 2u * (W / 2u) + column / 2u;
    let mine = f32(row % 2u * 2u + column % 2u);
    dx[i] = select(0.0, dy[patch_at], places[patch_at] == mine);
}
"
}

/// Both together.
pub fn kernel() -> String {
    format!("{BINDINGS}{}", main())
}
