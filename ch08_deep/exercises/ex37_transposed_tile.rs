//! Exercise 37: a matrix transposed, tile by tile.
//!
//! Wanted: y = xᵀ, where x has ROWS rows and COLUMNS columns. Workgroups of 16×16 threads, as many as cover x
//! (COLUMNS/16 across and ROWS/16 down, rounded up). Whoever writes y[j * ROWS + i] = x[i * COLUMNS + j] reads along a
//! row of x, but writes down a column of y: sixteen threads to sixteen far places.
//!
//! So: the 256 threads read a tile of x into memory that they share, wait for each other, and write it along the rows of
//! y. The tile has 17 columns, so that threads that read down a column of it do not queue at one memory bank.
//!
//! Judge: cargo test -p ch08_deep --features gpu -- --ignored ex37

/// What stands in front of your kernel.
pub const BINDINGS: &str = r"
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
var<workgroup> tile: array<f32, 16 * 17>;
";

/// Your kernel: the transpose.
pub fn main() -> &'static str {
    todo!(
        "`main` in WGSL, with @workgroup_size(16, 16), @builtin(workgroup_id) group: vec3u and @builtin(local_invocation_id) local: vec3u"
    )
}

/// Both together.
pub fn kernel() -> String {
    format!("{BINDINGS}{}", main())
}
