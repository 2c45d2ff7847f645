//! Exercise 17: smooth L1 and its slope.
//!
//! Wanted: the smooth L1 loss of one error e, and its derivative. Below the border β it is a square, beyond
//! it a straight line:
//!
//!     L = ½·e²/β where |e| < β, and |e| − ½·β elsewhere
//!
//! The network's own loss has β = 1; PyTorch's `SmoothL1Loss` lets you choose it.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex17

/// The loss of `error`, and dL/d`error`; `beta` is above 0.
pub fn smooth_l1(error: f64, beta: f64) -> (f64, f64) {
    todo!("`x.abs()` is |x|, `x.signum()` is 1 or −1; both pieces must meet at the border")
}
