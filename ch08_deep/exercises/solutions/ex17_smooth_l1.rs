//! A solution of exercise 17: smooth L1 and its slope.

/// The loss of `error`, and dL/d`error`; `beta` is above 0.
pub fn smooth_l1(error: f64, beta: f64) -> (f64, f64) {
    if error.abs() < beta {
        (0.5 * error * error / beta, error / beta)
    } else {
        (error.abs() - 0.5 * beta, error.signum())
    }
}
