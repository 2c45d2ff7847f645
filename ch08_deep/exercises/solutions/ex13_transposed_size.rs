//! A solution of exercise 13: how large is it afterwards?

/// Rows of the output; `input`, `kernel` and `stride` are at least 1.
pub fn output_size(
    input: usize,
    kernel: usize,
    stride: usize,
    pad: usize,
    extra: usize,
) -> Option<usize> {
    let stamped = (input - 1) * stride + kernel;
    (stamped + extra).checked_sub(2 * pad).filter(|&rows| rows > 0)
}
