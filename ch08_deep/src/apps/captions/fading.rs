//! How much of a gradient is left, so many steps back in time.

use common::layer::Layer;
use common::layers::{SequenceSoftmaxWithLoss, State};
use ndarray::{Array2, ArrayView2, Axis, Slice};

use super::remembering::{first_at_the_end, numbers};
use super::symbol_model::SymbolModel;

/// Norms at one step: of ∂loss/∂h, and of ∂loss/∂c where there are memory cells; means over the
/// sequences of a batch, each of which has a loss of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Norms {
    /// Of ∂loss/∂h.
    pub h: f64,
    /// Of ∂loss/∂c.
    pub c: Option<f64>,
}

// ANCHOR: fading
/// The norms of ∂loss/∂(state after each step), the last step first: the loss is that of saying the
/// first symbol at the end.
///
/// The layer reads symbol by symbol, and what comes back through one step goes on to the step before:
/// backpropagation through time, by hand.
pub fn fading(model: &mut SymbolModel, sequences: ArrayView2<'_, usize>) -> Vec<Norms> {
    let x = model.embedding.infer(numbers(sequences));
    let symbol = |t: usize| x.slice_axis(Axis(1), Slice::from(t..t + 1)).to_owned();
    let mut states = vec![model.recurrent.zero_state(sequences.nrows())];
    for t in 0..sequences.ncols() {
        states.push(model.recurrent.infer_from(symbol(t), &states[t]).1);
    }

    let mut gradient = at_the_end(model, &states[sequences.ncols()], sequences);
    let mut norms = vec![of(&gradient)];
    for t in (1..sequences.ncols()).rev() {
        let (y, _) = model.recurrent.forward_from(symbol(t), &states[t]);
        gradient = model.recurrent.backward_to(y * 0.0, &gradient);
        norms.push(of(&gradient));
    }
    norms
}
// ANCHOR_END: fading

/// ∂loss/∂(state after the last step), of each sequence's own loss.
fn at_the_end(
    model: &mut SymbolModel,
    state: &State<f32>,
    sequences: ArrayView2<'_, usize>,
) -> State<f32> {
    let mut criterion = SequenceSoftmaxWithLoss::default();
    let h = state.h.clone().insert_axis(Axis(1)).into_dyn();
    let last = Slice::from(-1..);
    let (answers, counts) = first_at_the_end(sequences);
    let (answers, counts) = (answers.slice_axis(Axis(1), last), counts.slice_axis(Axis(1), last));
    criterion.forward(model.output.forward(h), answers, counts);
    // The loss is a mean; each sequence's own is as many times larger.
    let dh = model.output.backward(criterion.backward()) * sequences.nrows() as f32;
    let h = dh.index_axis_move(Axis(1), 0).into_dimensionality().expect("N×H");
    State { h, c: Array2::zeros(state.c.raw_dim()) }
}

fn of(gradient: &State<f32>) -> Norms {
    let mean = |rows: &Array2<f32>| {
        let norm = |row: ndarray::ArrayView1<'_, f32>| f64::from(row.dot(&row)).sqrt();
        rows.rows().into_iter().map(norm).sum::<f64>() / rows.nrows().max(1) as f64
    };
    Norms { h: mean(&gradient.h), c: (gradient.c.ncols() > 0).then(|| mean(&gradient.c)) }
}
