//! Recurrent layers of a single unit, step by step in small numbers: what stays of the first input, and what
//! comes back to it.

use common::activation::sigmoid;
use common::layers::{Cell, Lstm, Recurrent, Rnn};
use common::{Result, Tensor};
use ndarray::{Array1, Array2, array};

/// The plain unit's weights: of its input, and of its own last output.
const WEIGHTS: (f64, f64) = (1.0, 0.5);
/// Steps of the plain unit, and of the memory cell.
const STEPS: (usize, usize) = (4, 20);

// ANCHOR: rnn
/// The outputs of a plain unit, one for each input.
pub fn rnn(x: &[f64], (wx, wh): (f64, f64)) -> Vec<f64> {
    let mut h = 0.0;
    let mut step = |x: &f64| {
        h = (wx * x + wh * h).tanh();
        h
    };
    x.iter().map(&mut step).collect()
}
// ANCHOR_END: rnn

// ANCHOR: rnn_back
/// ∂(last output)/∂h for each output h, from the last to the first.
pub fn rnn_back(h: &[f64], wh: f64) -> Vec<f64> {
    let mut dh = 1.0;
    let mut back = vec![dh];
    for h in h.iter().skip(1).rev() {
        dh *= (1.0 - h * h) * wh; // through tanh, then through the weight
        back.push(dh);
    }
    back
}
// ANCHOR_END: rnn_back

// ANCHOR: cell
/// The memory cell of an LSTM with a single unit after each input, with gates that look at the input
/// alone: x = 1 opens the input gate, x = 0 shuts it.
pub fn memory(x: &[f64]) -> Vec<f64> {
    let mut c = 0.0;
    let mut step = |x: &f64| {
        let (input, forget) = (sigmoid(8.0 * x - 4.0), sigmoid(4.0));
        c = forget * c + input * (1.5 * x).tanh();
        c
    };
    x.iter().map(&mut step).collect()
}
// ANCHOR_END: cell

/// 1, and then nothing but zeros.
fn once(steps: usize) -> Vec<f64> {
    (0..steps).map(|t| if t == 0 { 1.0 } else { 0.0 }).collect()
}

/// What a layer of a single unit makes of a sequence of single numbers: its last output, and its last
/// memory cell if it has one.
fn of_layer<C: Cell>(layer: &Recurrent<f64, C>, x: &[f64]) -> (f64, f64) {
    let x = Tensor::from_shape_vec(vec![1, x.len(), 1], x.to_vec()).expect("a sequence");
    let (_, end) = layer.infer_from(x, &layer.zero_state(1), None);
    (end.h[[0, 0]], end.c.first().copied().unwrap_or_default())
}

/// Says whether a layer gives the same as the loop.
fn compare(name: &str, layer: f64, ours: f64) {
    let same = (layer - ours).abs() < 1e-12;
    println!("{name}: {}", if same { "the same" } else { "something else" });
}

/// Prints the example of a plain unit and that of a memory cell.
///
/// # Errors
/// Never: all sizes fit.
pub fn run() -> Result<()> {
    let (x, (wx, wh)) = (once(STEPS.0), WEIGHTS);
    let h = rnn(&x, WEIGHTS);
    let back = rnn_back(&h, wh);
    println!("a plain unit, h = tanh(x + 0.5·h of the step before):");
    println!("  t  x       h  ∂h4/∂h");
    for (t, ((x, h), dh)) in (1..).zip(x.iter().zip(&h).zip(back.iter().rev())) {
        println!("{t:>3}  {x}  {h:.4}  {dh:.4}");
    }
    let matrix = |w: f64| Array2::from_elem((1, 1), w);
    let layer = Rnn::from_weights(matrix(wx), matrix(wh), array![0.0]);
    compare("Rnn", of_layer(&layer, &x).0, h[h.len() - 1]);

    println!();
    println!("a memory cell that takes the first input, and keeps it:");
    println!("  t  x       c  ∂c20/∂c");
    let x = once(STEPS.1);
    let c = memory(&x);
    for t in [0, 1, 2, 9, 19] {
        let left = sigmoid(4.0_f64).powi((STEPS.1 - 1 - t) as i32);
        println!("{:>3}  {}  {:.4}   {left:.4}", t + 1, x[t], c[t]);
    }
    // Input gate, forget gate, candidate, output gate.
    let (wx, b) = (array![[8.0, 0.0, 1.5, 0.0]], Array1::from(vec![-4.0, 4.0, 0.0, 4.0]));
    let layer = Lstm::from_weights(wx, Array2::zeros((1, 4)), b);
    compare("Lstm", of_layer(&layer, &x).1, c[STEPS.1 - 1]);
    let plain = rnn(&x, WEIGHTS);
    let of_plain = rnn_back(&plain, wh)[STEPS.1 - 1];
    println!("after 20 steps of the plain unit: h = {:.7}, ∂h20/∂h1 = {of_plain:.7}", plain[19]);
    Ok(())
}
