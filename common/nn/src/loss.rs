//! Losses: one number for how wrong a batch of answers is.
//!
//! Each is a mean, so that its size does not depend on that of the batch.

use ndarray::{ArrayBase, ArrayView2, Axis, Data, Dimension, Zip};

use crate::Float;
use crate::activation::log_sum_exp;

/// Mean of (y − t)² over all entries of two arrays of one shape.
///
/// # Panics
/// If their shapes differ.
pub fn mean_squared_error<F: Float, D: Dimension>(
    y: &ArrayBase<impl Data<Elem = F>, D>,
    t: &ArrayBase<impl Data<Elem = F>, D>,
) -> F {
    mean_of("mean_squared_error", y, t, |y, t| (y - t) * (y - t))
}

/// Mean of |y − t|, the L1 loss: less impressed by outliers than the square.
///
/// # Panics
/// If their shapes differ.
pub fn mean_absolute_error<F: Float, D: Dimension>(
    y: &ArrayBase<impl Data<Elem = F>, D>,
    t: &ArrayBase<impl Data<Elem = F>, D>,
) -> F {
    mean_of("mean_absolute_error", y, t, |y, t| (y - t).abs())
}

/// Mean of the smooth L1 loss, Huber's with its border at 1: ½·d² where |d| < 1, |d| − ½ elsewhere,
/// with d = y − t (Huber, 1964; under this name Girshick, 2015).
///
/// Near 0 it is as smooth as a square, and far away an outlier pulls no harder than any other.
///
/// # Panics
/// If their shapes differ.
pub fn smooth_l1<F: Float, D: Dimension>(
    y: &ArrayBase<impl Data<Elem = F>, D>,
    t: &ArrayBase<impl Data<Elem = F>, D>,
) -> F {
    let half = F::of(0.5);
    mean_of("smooth_l1", y, t, |y, t| {
        let d = (y - t).abs();
        if d < F::one() { half * d * d } else { d - half }
    })
}

/// Binary cross entropy of logits z against targets t between 0 and 1, averaged over all entries.
///
/// −t ln σ(z) − (1−t) ln(1−σ(z)), rewritten as max(z, 0) − z·t + ln(1 + e^−|z|): the same value,
/// and no `exp` that could overflow.
///
/// # Panics
/// If their shapes differ.
pub fn bce_with_logits<F: Float, D: Dimension>(
    z: &ArrayBase<impl Data<Elem = F>, D>,
    t: &ArrayBase<impl Data<Elem = F>, D>,
) -> F {
    mean_of("bce_with_logits", z, t, |z, t| z.max(F::zero()) - z * t + (-z.abs()).exp().ln_1p())
}

/// Mean over the batch of −ln softmax(logits)\[label\]: logits N×classes, N labels.
///
/// It goes from scores to loss in one formula, log Σ eˣ − x\[label\], which stays exact where the
/// probability itself would have been rounded to 0.
///
/// # Panics
/// If there are not as many labels as rows, or a label is no class.
pub fn cross_entropy<F: Float>(logits: ArrayView2<'_, F>, labels: &[u8]) -> F {
    let (rows, classes) = logits.dim();
    assert_eq!(rows, labels.len(), "cross_entropy: {rows} rows of logits, {} labels", labels.len());
    let total: F = logits
        .axis_iter(Axis(0))
        .zip(labels)
        .map(|(row, &label)| {
            assert!(
                usize::from(label) < classes,
                "cross_entropy: label {label} of {classes} classes"
            );
            log_sum_exp(row) - row[usize::from(label)]
        })
        .sum();
    total / F::of(rows as f64)
}

fn mean_of<F: Float, D: Dimension>(
    loss: &str,
    y: &ArrayBase<impl Data<Elem = F>, D>,
    t: &ArrayBase<impl Data<Elem = F>, D>,
    f: impl Fn(F, F) -> F,
) -> F {
    let (outputs, targets) = (y.shape(), t.shape());
    assert!(outputs == targets, "{loss}: expected targets of shape {outputs:?}, got {targets:?}");
    Zip::from(y).and(t).fold(F::zero(), |sum, &y, &t| sum + f(y, t)) / F::of(y.len() as f64)
}
