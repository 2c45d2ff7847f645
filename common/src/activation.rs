//! Activation functions: what a neuron makes of its weighted sum.

use ndarray::{Array2, ArrayView1, ArrayViewMut1};

use crate::Float;

/// max(0, x).
///
/// Not written as `x.max(0)`, which would turn a NaN into a healthy 0 and hide that something broke.
pub fn relu<F: Float>(x: F) -> F {
    if x < F::zero() { F::zero() } else { x }
}

/// 1 / (1 + e⁻ˣ), between 0 and 1.
///
/// For x far below zero `e⁻ˣ` overflows to infinity and the quotient is 0, as it should be.
pub fn sigmoid<F: Float>(x: F) -> F {
    F::one() / (F::one() + (-x).exp())
}

// ANCHOR: log_sum_exp
/// ln Σ eˣ of one row, without overflow: the largest entry is taken out first.
pub fn log_sum_exp<F: Float>(row: ArrayView1<'_, F>) -> F {
    let max = row.fold(F::neg_infinity(), |max, &x| max.max(x));
    max + row.iter().map(|&x| (x - max).exp()).sum::<F>().ln()
}
// ANCHOR_END: log_sum_exp

/// Turns each row of scores (N×classes) into probabilities, in place: eˣ / Σ eˣ.
///
/// Subtracting the row's largest score changes nothing in the quotient and keeps every `exp` at
/// or below 1.
///
/// ```
/// let y = common::activation::softmax(ndarray::array![[0.3, 2.9, 4.0]]);
/// approx::assert_abs_diff_eq!(y, ndarray::array![[0.01821127, 0.24519181, 0.73659691]], epsilon = 1e-8);
/// ```
pub fn softmax<F: Float>(mut logits: Array2<F>) -> Array2<F> {
    logits.rows_mut().into_iter().for_each(softmax_row);
    logits
}

fn softmax_row<F: Float>(mut row: ArrayViewMut1<'_, F>) {
    let max = row.fold(F::neg_infinity(), |max, &x| max.max(x));
    row.mapv_inplace(|x| (x - max).exp());
    let total = row.sum();
    row.mapv_inplace(|x| x / total);
}
