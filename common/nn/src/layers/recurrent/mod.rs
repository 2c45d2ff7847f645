//! Recurrent layers: the same small step again and again, with a state between one and the next.

mod cell;
mod gradients;
mod gru;
mod lstm;
mod rnn;
mod state;
mod step;
mod through_time;

use std::marker::PhantomData;

use ndarray::{Array1, Array2, ArrayView2, Axis, s};
use rayon::prelude::*;

pub use cell::{Cell, CellBackward, CellForward};
use gradients::Gradients;
pub use gru::{Gru, GruCell};
pub use lstm::{Lstm, LstmCell};
pub use rnn::{Rnn, RnnCell};
pub use state::State;
use through_time::{Part, Transposed, Weights, blank_3};

use super::batch::{in_order, recycle};
use crate::init::{Init, orthogonal};
use crate::kernels::awake::keep_awake;
use crate::kernels::panels::Panels;
use crate::layer::{Layer, Param, check_gradient, kept};
use crate::random::Generator;
use crate::{Float, Tensor};

// ANCHOR: recurrent
/// A layer over whole sequences: from N×T×D to N×T×H, each step with the outputs of the step before.
///
/// As a [`Layer`] it begins each batch with a state of zeros. [`forward_from`](Self::forward_from) and
/// [`backward_to`](Self::backward_to) take a state in and hand one out: whoever hands on the state and
/// not its gradient truncates backpropagation through time.
///
/// The rows of `Wx` and `Wh` are inputs, their columns the gates one after the other, H numbers each:
/// PyTorch's `weight_ih` and `weight_hh`, transposed; `b` is the sum of its two biases.
pub struct Recurrent<F: Float, C> {
    /// Weights of the inputs, D×G·H.
    pub wx: Array2<F>,
    /// Weights of the step before's outputs, H×G·H.
    pub wh: Array2<F>,
    /// Bias, G·H numbers.
    pub b: Array1<F>,
    /// Bias of h·Wh where it is kept apart, as in a [`Gru`]; else none.
    pub bh: Array1<F>,
    /// ∂loss/∂Wx from the last backward pass, and those of the others.
    pub dwx: Array2<F>,
    dwh: Array2<F>,
    db: Array1<F>,
    dbh: Array1<F>,
    kept: Option<Vec<Part<F>>>,
    cell: PhantomData<C>,
}
// ANCHOR_END: recurrent

impl<F: Float, C: Cell> Recurrent<F, C> {
    /// Random weights, of a spread that suits sums of so many numbers; biases of zero.
    fn random(inputs: usize, units: usize, rng: &mut Generator) -> Self {
        let columns = C::GATES * units;
        let std = |inputs: usize| Init::Gaussian(1.0 / (inputs.max(1) as f64).sqrt());
        let wx = std(inputs).weights((inputs, columns), inputs, columns, rng);
        let wh = std(units).weights((units, columns), units, columns, rng);
        Self::from_weights(wx, wh, Array1::zeros(columns))
    }

    /// A layer with given weights, `wx` D×G·H and `wh` H×G·H, and bias, G·H numbers.
    ///
    /// # Panics
    /// If their shapes do not fit each other.
    pub fn from_weights(wx: Array2<F>, wh: Array2<F>, b: Array1<F>) -> Self {
        let (units, columns) = wh.dim();
        let fits =
            columns == C::GATES * units && wx.ncols() == columns && b.len() == columns && units > 0;
        assert!(
            fits,
            "{}: Wx {:?}, Wh {:?} and {} biases do not fit {} gates of each unit",
            C::NAME,
            wx.shape(),
            wh.shape(),
            b.len(),
            C::GATES
        );
        let bh = Array1::zeros(if C::HIDDEN_APART { columns } else { 0 });
        let (dwx, dwh) = (Array2::zeros(wx.raw_dim()), Array2::zeros(wh.raw_dim()));
        let (db, dbh) = (Array1::zeros(b.raw_dim()), Array1::zeros(bh.raw_dim()));
        Self { wx, wh, b, bh, dwx, dwh, db, dbh, kept: None, cell: PhantomData }
    }

    /// The layer with an orthogonal matrix for each gate in `Wh`: a product with it leaves the length of
    /// a vector as it is, forward and back (Saxe, McClelland and Ganguli, 2014).
    pub fn with_orthogonal_start(mut self, rng: &mut Generator) -> Self {
        let units = self.units();
        for mut gate in self.wh.axis_chunks_iter_mut(Axis(1), units) {
            gate.assign(&orthogonal(units, rng));
        }
        self
    }

    /// H, how many numbers come out at each step.
    pub fn units(&self) -> usize {
        self.wh.nrows()
    }

    /// The state that knows nothing, for `n` sequences.
    pub fn zero_state(&self, n: usize) -> State<F> {
        State::zeros(n, self.units(), if C::HAS_MEMORY { self.units() } else { 0 })
    }

    // ANCHOR: from
    /// The outputs N×T×H of a batch of sequences N×T×D that begins with this state, and the state that it
    /// ends with. Keeps what [`backward_to`](Self::backward_to) will need.
    ///
    /// Where the mask, N×T, is false, there is nothing to read: the state stays, and the output is 0.
    ///
    /// # Panics
    /// If the shapes do not fit each other.
    pub fn forward_from(
        &mut self,
        x: Tensor<F>,
        state: &State<F>,
        mask: Option<ArrayView2<'_, bool>>,
    ) -> (Tensor<F>, State<F>) {
        let (parts, y, end) = self.run(x, state, mask);
        self.kept = Some(parts);
        (y, end)
    }

    /// The same when nothing is to be learned: `&self` keeps nothing.
    ///
    /// # Panics
    /// As [`forward_from`](Self::forward_from).
    pub fn infer_from(
        &self,
        x: Tensor<F>,
        state: &State<F>,
        mask: Option<ArrayView2<'_, bool>>,
    ) -> (Tensor<F>, State<F>) {
        let (_, y, end) = self.run(x, state, mask);
        (y, end)
    }

    /// From ∂loss/∂outputs, N×T×H, to ∂loss/∂inputs, N×T×D, and ∂loss/∂(the state it began with);
    /// `end` is ∂loss/∂(the state it ended with), if the loss depends on it besides.
    ///
    /// # Panics
    /// If `forward_from` has not run since the last backward pass, or the shapes are not its own.
    pub fn backward_to(&mut self, dy: Tensor<F>, end: Option<&State<F>>) -> (Tensor<F>, State<F>) {
        self.back(dy, end, true)
    }
    // ANCHOR_END: from

    fn run(
        &self,
        x: Tensor<F>,
        state: &State<F>,
        mask: Option<ArrayView2<'_, bool>>,
    ) -> (Vec<Part<F>>, Tensor<F>, State<F>) {
        let shape = x.shape().to_vec();
        let ([n, steps, inputs], units) = (self.shape(&shape), self.units());
        assert!(
            inputs == self.wx.nrows(),
            "{} {}→{units}: expected {1} numbers a step, got a batch of shape {shape:?}",
            C::NAME,
            self.wx.nrows(),
        );
        let expected = self.zero_state(n);
        assert!(
            state.h.dim() == expected.h.dim() && state.c.dim() == expected.c.dim(),
            "{}: a state of {:?} and {:?} for {n} sequences and {units} units",
            C::NAME,
            state.h.dim(),
            state.c.dim()
        );
        if let Some(mask) = mask {
            assert!(mask.dim() == (n, steps), "{}: a mask of {:?}", C::NAME, mask.dim());
        }
        keep_awake();
        let x = in_order(x);
        let view = x.view().into_dimensionality().expect("three axes");
        let (wx, wh) = (Panels::of(self.wx.view()), Panels::of(self.wh.view()));
        let [b, bh] = [&self.b, &self.bh].map(|b| b.as_slice().expect("in order"));
        let mut y = blank_3((n, steps, units));
        let weights = Weights { wx, wh, b, bh };
        let parts = Part::forward::<C>(&weights, view, state, mask, y.view_mut());
        recycle(x);
        let end = Part::end(&parts, expected);
        (parts, y.into_dyn(), end)
    }

    fn back(&mut self, dy: Tensor<F>, end: Option<&State<F>>, dx: bool) -> (Tensor<F>, State<F>) {
        let mut parts = kept(C::NAME, self.kept.take());
        let n: usize = parts.iter().map(|part| part.n).sum();
        let steps = parts.first().map_or(dy.shape()[1], |part| part.steps);
        check_gradient(C::NAME, dy.shape(), &[n, steps, self.units()]);
        let mut start = self.zero_state(n);
        let inputs = if dx { self.wx.nrows() } else { 0 };
        let mut dx = blank_3((n, steps, inputs));
        let weights = Transposed {
            wx: (inputs > 0).then(|| Panels::of(self.wx.t())),
            wh: Panels::of(self.wh.t()),
        };
        keep_awake();
        let dy = in_order(dy);
        let view = dy.view().into_dimensionality().expect("three axes");
        let end = end.unwrap_or(&start);
        let starts = Part::backward::<C>(&mut parts, &weights, view, end, dx.view_mut());
        recycle(dy);
        let (wx, wh) = (&mut self.dwx, &mut self.dwh);
        Gradients { wx, wh, b: &mut self.db, bh: &mut self.dbh }.fill::<C>(&parts);
        let mut first = 0;
        for State { h, c } in starts {
            let rows = s![first..first + h.nrows(), ..];
            start.h.slice_mut(rows).assign(&h);
            start.c.slice_mut(rows).assign(&c);
            first += h.nrows();
        }
        parts.into_par_iter().for_each(drop); // by the threads that will need their memory again
        (dx.into_dyn(), start)
    }

    fn shape(&self, shape: &[usize]) -> [usize; 3] {
        shape.try_into().unwrap_or_else(|_| {
            panic!("{}: expected sequences N×T×D, got a batch of shape {shape:?}", C::NAME)
        })
    }
}

impl<F: Float, C: Cell> Layer<F> for Recurrent<F, C> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let state = self.zero_state(x.shape()[0]);
        self.forward_from(x, &state, None).0
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        self.back(dy, None, true).0
    }

    fn backward_params(&mut self, dy: Tensor<F>) {
        self.back(dy, None, false);
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let state = self.zero_state(x.shape()[0]);
        self.infer_from(x, &state, None).0
    }

    fn params(&mut self) -> Vec<Param<'_, F>> {
        let mut params = vec![
            Param::weight("Wx", &mut self.wx, &mut self.dwx),
            Param::weight("Wh", &mut self.wh, &mut self.dwh),
            Param::new("b", &mut self.b, &mut self.db),
        ];
        if C::HIDDEN_APART {
            params.push(Param::new("bh", &mut self.bh, &mut self.dbh));
        }
        params
    }

    fn name(&self) -> &'static str {
        C::NAME
    }
}
