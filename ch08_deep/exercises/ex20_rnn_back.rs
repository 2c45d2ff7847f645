//! Exercise 20: one step of a plain RNN, back.
//!
//! Forward it was h = tanh(x·Wx + h₋₁·Wh + b), for one sequence: `x` has D numbers, `h_before` and `h` have
//! H. Wanted: from `dh`, which is ∂L/∂h with all that comes from later steps, the gradients of everything
//! that went in.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex20

use ndarray::{Array1, Array2};

/// ∂L/∂ of all that a step reads.
pub struct StepGradients {
    pub x: Array1<f64>,
    pub h_before: Array1<f64>,
    pub wx: Array2<f64>,
    pub wh: Array2<f64>,
    pub b: Array1<f64>,
}

/// The step back; `wx` is D×H, `wh` is H×H.
pub fn step_back(
    x: &Array1<f64>,
    h_before: &Array1<f64>,
    h: &Array1<f64>,
    (wx, wh): (&Array2<f64>, &Array2<f64>),
    dh: &Array1<f64>,
) -> StepGradients {
    todo!(
        "`wx.dot(&da)` is a matrix times a vector; column times row: `x.view().insert_axis(ndarray::Axis(1)).dot(&da.view().insert_axis(ndarray::Axis(0)))`"
    )
}
