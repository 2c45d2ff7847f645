//! A solution of exercise 20: one step of a plain RNN, back.

use ndarray::{Array1, Array2, Axis};

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
    let da = dh * &h.mapv(|h| 1.0 - h * h);
    let outer = |column: &Array1<f64>| {
        column.view().insert_axis(Axis(1)).dot(&da.view().insert_axis(Axis(0)))
    };
    StepGradients {
        x: wx.dot(&da),
        h_before: wh.dot(&da),
        wx: outer(x),
        wh: outer(h_before),
        b: da,
    }
}
