//! Exercise 36: a sum by a whole workgroup.
//!
//! Wanted: the sum of LEN numbers in out[0], by one workgroup of 256 threads, with the same bits every time.
//!
//! So that the judge can know the bits: thread t adds numbers t, t + 256, t + 512, …, in this order, beginning with 0,
//! and puts its sum into memory that the workgroup shares. Then the first 128 threads add to their sums those of the
//! threads 128 further on; then the first 64 those 64 further on; and so on, until one is left. Between two rounds every
//! thread waits for all others: `workgroupBarrier()`.
//!
//! Judge: cargo test -p ch08_deep --features gpu -- --ignored ex36

/// What stands in front of your kernel.
pub const BINDINGS: &str = r"
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
var<workgroup> sums: array<f32, 256>;
";

/// Your kernel: the sum of all numbers.
pub fn main() -> &'static str {
    todo!(
        "`main` in WGSL, with @workgroup_size(256) and @builtin(local_invocation_index) thread: u32"
    )
}

/// Both together.
pub fn kernel() -> String {
    format!("{BINDINGS}{}", main())
}
