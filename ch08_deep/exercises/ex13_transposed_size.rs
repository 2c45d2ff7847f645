//! Exercise 13: how large is it afterwards?
//!
//! Wanted: the height (or width) of what a transposed convolution makes of maps of height `input`. Each
//! row of the maps stamps `kernel` rows, `stride` rows below those of its neighbour; then `pad` rows are
//! cut off at the upper edge and as many at the lower one, and `extra` rows (the output padding) come
//! back at the lower edge. `None` if nothing is left.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex13

/// Rows of the output; `input`, `kernel` and `stride` are at least 1.
pub fn output_size(
    input: usize,
    kernel: usize,
    stride: usize,
    pad: usize,
    extra: usize,
) -> Option<usize> {
    todo!("`a.checked_sub(b)` is None where a − b would be negative")
}
