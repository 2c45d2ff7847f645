//! A solution of exercise 37: a matrix transposed, tile by tile.

/// What stands in front of your kernel.
pub const BINDINGS: &str = r"
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
var<workgroup> tile: array<f32, 16 * 17>;
";

/// The kernel: the transpose.
pub fn main() -> &'static str {
    r"
@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let row = 16u * group.y;
    let column = 16u * group.x;
    if (row + local.y < ROWS && column + local.x < COLUMNS) {
        tile[local.y * 17u + local.x] = x[(row + local.y) * COLUMNS + column + local.x];
    }
    workgroupBarrier();
    if (column + local.y < COLUMNS && row + local.x < ROWS) {
        y[(column + local.y) * ROWS + row + local.x] = tile[local.x * 17u + local.y];
    }
}
"
}

/// Both together.
pub fn kernel() -> String {
    format!("{BINDINGS}{}", main())
}
