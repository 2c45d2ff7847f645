//! Activation functions: what a neuron makes of its weighted sum.

use ndarray::{Array2, ArrayView1, ArrayViewMut1};

use crate::Float;

/// 1 above 0, else 0: the perceptron fires or does not (McCulloch and Pitts, 1943).
///
/// Its derivative is 0 wherever it has one, so nothing can be learned through it.
pub fn step<F: Float>(x: F) -> F {
    if x > F::zero() { F::one() } else { F::zero() }
}

// ANCHOR: relu
/// max(0, x), the rectified linear unit.
///
/// Not written as `x.max(0)`, which would turn a NaN into a healthy 0 and hide that
/// something broke.
pub fn relu<F: Float>(x: F) -> F {
    if x < F::zero() { F::zero() } else { x }
}

/// 1 above 0, else 0; in the corner there is none, and 0 is as good as any.
pub fn relu_derivative<F: Float>(x: F) -> F {
    step(x)
}
// ANCHOR_END: relu

// ANCHOR: sigmoid
/// 1 / (1 + e⁻ˣ), between 0 and 1.
///
/// For x far below zero `e⁻ˣ` overflows to infinity and the quotient is 0, as it
/// should be.
pub fn sigmoid<F: Float>(x: F) -> F {
    F::one() / (F::one() + (-x).exp())
}

/// σ(x)·(1 − σ(x)), at most ¼.
pub fn sigmoid_derivative<F: Float>(x: F) -> F {
    let y = sigmoid(x);
    y * (F::one() - y)
}
// ANCHOR_END: sigmoid

/// 1 − tanh² x, at most 1. (The function itself is the number type's own `tanh`.)
pub fn tanh_derivative<F: Float>(x: F) -> F {
    let y = x.tanh();
    F::one() - y * y
}

/// The slope that [`leaky_relu`] has below 0 when nobody asks for another.
pub const LEAK: f64 = 0.01;

/// x above 0, `slope`·x below, so that a unit that is off still learns
/// (Maas, Hannun and Ng, 2013, with [`LEAK`]).
pub fn leaky_relu<F: Float>(x: F, slope: F) -> F {
    if x > F::zero() { x } else { slope * x }
}

/// 1 above 0, `slope` below and at 0.
pub fn leaky_relu_derivative<F: Float>(x: F, slope: F) -> F {
    if x > F::zero() { F::one() } else { slope }
}

// ANCHOR: gelu
/// x·Φ(x), where Φ(x) is the share of a standard normal distribution below x.
///
/// In the form with tanh that Hendrycks and Gimpel gave (2016), at most 5e-4 from
/// the exact one.
pub fn gelu<F: Float>(x: F) -> F {
    F::of(0.5) * x * (F::one() + gelu_inner(x).tanh())
}

/// The derivative of [`gelu`], by the product and the chain rule.
pub fn gelu_derivative<F: Float>(x: F) -> F {
    let inner = gelu_inner(x);
    let cubic = F::one() + F::of(3.0 * GELU_CUBIC) * x * x;
    let inner_derivative = F::of(GELU_SCALE) * cubic;
    let rise = x * tanh_derivative(inner) * inner_derivative;
    F::of(0.5) * (F::one() + inner.tanh() + rise)
}

/// √(2/π).
const GELU_SCALE: f64 = 0.797_884_560_802_865_4;
const GELU_CUBIC: f64 = 0.044_715;

fn gelu_inner<F: Float>(x: F) -> F {
    F::of(GELU_SCALE) * (x + F::of(GELU_CUBIC) * x * x * x)
}
// ANCHOR_END: gelu

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
/// let y = nn::activation::softmax(ndarray::array![[0.3, 2.9, 4.0]]);
/// approx::assert_abs_diff_eq!(y, ndarray::array![[0.01821127, 0.24519181, 0.73659691]], epsilon = 1e-8);
/// ```
// ANCHOR: softmax
pub fn softmax<F: Float>(mut scores: Array2<F>) -> Array2<F> {
    scores.rows_mut().into_iter().for_each(softmax_row);
    scores
}

fn softmax_row<F: Float>(mut row: ArrayViewMut1<'_, F>) {
    let max = row.fold(F::neg_infinity(), |max, &x| max.max(x));
    row.mapv_inplace(|x| (x - max).exp());
    let total = row.sum();
    row.mapv_inplace(|x| x / total);
}
// ANCHOR_END: softmax

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn derivatives_agree_with_central_differences() {
        type Scalar = fn(f64) -> f64;
        let pairs: [(&str, Scalar, Scalar); 6] = [
            ("step", step, |_| 0.0),
            ("relu", relu, relu_derivative),
            ("sigmoid", sigmoid, sigmoid_derivative),
            ("tanh", f64::tanh, tanh_derivative),
            ("leaky", |x| leaky_relu(x, LEAK), |x| leaky_relu_derivative(x, LEAK)),
            ("gelu", gelu, gelu_derivative),
        ];
        let h = 1e-6;
        for (name, f, derivative) in pairs {
            for x in [-6.0, -2.5, -0.7, -0.1, 0.1, 0.7, 2.5, 6.0] {
                let expected = (f(x + h) - f(x - h)) / (2.0 * h);
                assert!((derivative(x) - expected).abs() < 1e-8, "{name} at {x}");
            }
        }
    }

    #[test]
    fn values_at_and_around_zero() {
        assert_eq!([-1.0, 0.0, 1e-9].map(step), [0.0, 0.0, 1.0]);
        assert_eq!([-2.0, 0.0, 3.0].map(|x| leaky_relu(x, 0.01)), [-0.02, 0.0, 3.0]);
        // x·Φ(x) with Φ from tables: Φ(1) = 0.841345, Φ(2) = 0.977250.
        for (x, exact) in [(1.0, 0.841_345), (-1.0, -0.158_655), (2.0, 1.954_500)] {
            assert_abs_diff_eq!(gelu(x), exact, epsilon = 5e-4);
        }
    }

    #[test]
    fn what_is_no_number_stays_none() {
        let nan = f64::NAN;
        let all = [relu(nan), leaky_relu(nan, LEAK), sigmoid(nan), gelu(nan), gelu_derivative(nan)];
        assert!(all.iter().all(|y| y.is_nan()), "{all:?}");
    }

    #[test]
    fn large_inputs_stay_numbers() {
        for x in [-1000.0_f32, 1000.0] {
            let all = [sigmoid(x), sigmoid_derivative(x), gelu(x), tanh_derivative(x)];
            assert!(all.iter().all(|y| y.is_finite()), "{x}: {all:?}");
        }
    }
}
