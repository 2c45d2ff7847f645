//! CellForward through all steps of some sequences, and back through all of them.
//!
//! Sequences know nothing of each other, so a batch is cut into parts, and each thread takes a part from
//! its first step to its last. In a part numbers lie step by step: what belongs together at one step is
//! one block, and what all steps do alike is one product of matrices.

use std::marker::PhantomData;
use std::ops::Range;

use ndarray::{
    Array1, Array2, Array3, ArrayView2, ArrayView3, ArrayViewMut3, Axis, Ix2, SliceInfo,
    SliceInfoElem, s,
};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::State;
use super::cell::{Cell, CellBackward, CellForward};
use crate::kernels::matmul::matmul_alone;
use crate::kernels::simd::dispatch;
use crate::{Float, Tensor};

/// Sequences of a part at least: with fewer, each thread reads all of Wh for too little.
const SMALLEST_PART: usize = 16;
/// Parts of a batch at most: each has gradients of all weights.
const MOST_PARTS: usize = 10;

/// What all parts read.
pub(super) struct Weights<'a, F> {
    pub wx: &'a Array2<F>,
    pub wh: &'a Array2<F>,
    pub b: &'a Array1<F>,
    pub bh: &'a Array1<F>,
}

/// What a part finds on its way back.
pub(super) struct Gradients<F> {
    pub wx: Array2<F>,
    pub wh: Array2<F>,
    pub b: Array1<F>,
    pub bh: Array1<F>,
    /// ∂loss/∂inputs, step by step.
    pub x: Array2<F>,
    pub start: State<F>,
}

/// What is kept of some sequences. Row `t·n + i` of each array belongs to sequence `i` at step `t`; `h` and
/// `c` begin with the state before the first step.
pub(super) struct Part<F> {
    n: usize,
    x: Array2<F>,
    /// The gates.
    a: Array2<F>,
    /// h·Wh of all steps, where it is kept apart, or of one.
    u: Array2<F>,
    h: Array2<F>,
    c: Array2<F>,
    mask: Option<Vec<bool>>,
}

impl<F: Float> Part<F> {
    pub(super) fn sequences(&self) -> usize {
        self.n
    }

    pub(super) fn steps(&self) -> usize {
        self.x.nrows().checked_div(self.n).unwrap_or(0)
    }

    /// All parts of a batch, forward.
    pub(super) fn forward<C: Cell>(
        weights: &Weights<'_, F>,
        x: ArrayView3<'_, F>,
        state: &State<F>,
        mask: Option<ArrayView2<'_, bool>>,
    ) -> Vec<Self> {
        let n = x.len_of(Axis(0));
        let size = n.div_ceil(MOST_PARTS).max(SMALLEST_PART);
        let of_part = |first: usize| {
            let rows = first..n.min(first + size);
            let x = x.slice(s![rows.clone(), .., ..]);
            let mask = mask.map(|mask| mask.slice_move(s![rows.clone(), ..]));
            let state = (state.h.slice(s![rows.clone(), ..]), state.c.slice(s![rows, ..]));
            Self::one_forward::<C>(weights, x, state, mask)
        };
        (0..n).into_par_iter().step_by(size).map(of_part).collect()
    }

    // ANCHOR: forward
    fn one_forward<C: Cell>(
        weights: &Weights<'_, F>,
        x: ArrayView3<'_, F>,
        start: (ArrayView2<'_, F>, ArrayView2<'_, F>),
        mask: Option<ArrayView2<'_, bool>>,
    ) -> Self {
        let (n, steps, _) = x.dim();
        let (units, columns) = weights.wh.dim();
        let x = by_steps(x);
        // x·Wx + b of all steps at once; only h·Wh has to wait for the step before.
        let mut a = Array2::zeros((steps * n, columns));
        matmul_alone(x.view(), weights.wx.view(), a.view_mut());
        a += weights.b;
        let u = Array2::zeros((if C::HIDDEN_APART { steps * n } else { n }, columns));
        let mut h = Array2::zeros(((steps + 1) * n, units));
        let mut c = Array2::zeros(((steps + 1) * n, start.1.ncols()));
        h.slice_mut(s![..n, ..]).assign(&start.0);
        c.slice_mut(s![..n, ..]).assign(&start.1);
        let mask = mask.map(|mask| mask.t().iter().copied().collect());
        let mut part = Self { n, x, a, u, h, c, mask };
        for t in 0..steps {
            let mut u = part.u.slice_mut(rows(if C::HIDDEN_APART { t } else { 0 }, n));
            matmul_alone(part.h.slice(rows(t, n)), weights.wh.view(), u.view_mut());
            if C::HIDDEN_APART {
                u += weights.bh;
            }
            dispatch(StepForward::<F, C>(&mut part, t, PhantomData));
        }
        part
    }
    // ANCHOR_END: forward

    /// The outputs N×T×H of all parts, and the state after the last step.
    pub(super) fn outputs(
        parts: &[Self],
        mut end: State<F>,
        steps: usize,
    ) -> (Tensor<F>, State<F>) {
        let (n, units) = end.h.dim();
        let mut y = Array3::zeros((n, steps, units));
        let mut first = 0;
        for part in parts {
            let n = part.n;
            let of_part = first..first + n;
            part.spread(part.h.slice(s![n.., ..]), y.slice_mut(s![of_part.clone(), .., ..]));
            end.h.slice_mut(s![of_part.clone(), ..]).assign(&part.h.slice(rows(steps, n)));
            if end.c.ncols() > 0 {
                end.c.slice_mut(s![of_part, ..]).assign(&part.c.slice(rows(steps, n)));
            }
            first += n;
        }
        (y.into_dyn(), end)
    }

    /// Numbers that lie step by step as sequences; zeros where there is nothing to read.
    pub(super) fn spread(&self, from: ArrayView2<'_, F>, mut to: ArrayViewMut3<'_, F>) {
        for (t, step) in from.axis_chunks_iter(Axis(0), self.n.max(1)).enumerate() {
            for (i, row) in step.outer_iter().enumerate() {
                if self.reads(t, i) {
                    to.slice_mut(s![i, t, ..]).assign(&row);
                }
            }
        }
    }

    /// Whether sequence `i` has something to read at step `t`.
    fn reads(&self, t: usize, i: usize) -> bool {
        self.mask.as_ref().is_none_or(|mask| mask[t * self.n + i])
    }

    /// All parts, back.
    pub(super) fn backward<C: Cell>(
        parts: &mut [Self],
        weights: &Weights<'_, F>,
        dy: ArrayView3<'_, F>,
        end: &State<F>,
    ) -> Vec<Gradients<F>> {
        let mut first = 0;
        let rows_of = |part: &Self| {
            first += part.n;
            first - part.n..first
        };
        let ranges: Vec<_> = parts.iter().map(rows_of).collect();
        // Rows of a transposed matrix would be far apart.
        let back = (weights.wh.t().as_standard_layout().into_owned(), weights.wx.t());
        let parts = parts.par_iter_mut().zip(ranges);
        let of_part = |(part, rows): (&mut Self, Range<usize>)| {
            let dy = dy.slice(s![rows.clone(), .., ..]);
            let end = State {
                h: end.h.slice(s![rows.clone(), ..]).to_owned(),
                c: end.c.slice(s![rows, ..]).to_owned(),
            };
            part.one_backward::<C>((back.0.view(), back.1), dy, end)
        };
        parts.map(of_part).collect()
    }

    // ANCHOR: backward
    fn one_backward<C: Cell>(
        &mut self,
        (wh_t, wx_t): (ArrayView2<'_, F>, ArrayView2<'_, F>),
        dy: ArrayView3<'_, F>,
        end: State<F>,
    ) -> Gradients<F> {
        let (n, steps) = (self.n, self.steps());
        let dy = by_steps(dy);
        let State { h: mut dh, c: mut dc } = end;
        let mut through_wh = Array2::zeros(dh.raw_dim());
        for t in (0..steps).rev() {
            for (i, (mut dh, dy)) in
                dh.outer_iter_mut().zip(dy.slice(rows(t, n)).outer_iter()).enumerate()
            {
                if self.reads(t, i) {
                    dh += &dy;
                }
            }
            dispatch(StepBackward::<F, C>(self, t, (&mut dh, &mut dc), PhantomData));
            let du = if C::HIDDEN_APART { &self.u } else { &self.a };
            matmul_alone(du.slice(rows(t, n)), wh_t, through_wh.view_mut());
            dh += &through_wh;
        }
        self.weight_gradients::<C>(wx_t, State { h: dh, c: dc })
    }
    // ANCHOR_END: backward

    /// What all steps add up to, once ∂loss/∂(x·Wx + b) and ∂loss/∂(h·Wh) are known.
    fn weight_gradients<C: Cell>(&self, wx_t: ArrayView2<'_, F>, start: State<F>) -> Gradients<F> {
        let steps = self.steps();
        let (da, du) = (&self.a, if C::HIDDEN_APART { &self.u } else { &self.a });
        let before = self.h.slice(s![..steps * self.n, ..]);
        let product = |a: ArrayView2<'_, F>, b: ArrayView2<'_, F>| {
            let mut c = Array2::zeros((a.nrows(), b.ncols()));
            matmul_alone(a, b, c.view_mut());
            c
        };
        Gradients {
            wx: product(self.x.t(), da.view()),
            wh: product(before.t(), du.view()),
            b: da.sum_axis(Axis(0)),
            bh: if C::HIDDEN_APART { du.sum_axis(Axis(0)) } else { Array1::zeros(0) },
            x: product(da.view(), wx_t),
            start,
        }
    }
}

/// The rows of step `t`.
fn rows(t: usize, n: usize) -> SliceInfo<[SliceInfoElem; 2], Ix2, Ix2> {
    s![t * n..(t + 1) * n, ..]
}

/// Sequences N×T×D step by step: rows t·N + i.
fn by_steps<F: Float>(x: ArrayView3<'_, F>) -> Array2<F> {
    let (n, steps, numbers) = x.dim();
    let steps_first = x.permuted_axes([1, 0, 2]).as_standard_layout().into_owned();
    steps_first.into_shape_with_order((steps * n, numbers)).expect("as many numbers")
}

/// A step forward, compiled for the widest vectors at hand.
struct StepForward<'a, F, C>(&'a mut Part<F>, usize, PhantomData<C>);

impl<F: Float, C: Cell> WithSimd for StepForward<'_, F, C> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self(part, t, _) = self;
        let (n, units, memory) = (part.n, part.h.ncols(), part.c.ncols());
        let columns = C::GATES * units;
        let at_u = if C::HIDDEN_APART { t * n } else { 0 };
        let (h_before, h) = slice_mut(&mut part.h)[t * n * units..].split_at_mut(n * units);
        let (c_before, c) = slice_mut(&mut part.c)[t * n * memory..].split_at_mut(n * memory);
        let (a, u) = (slice_mut(&mut part.a), slice(&part.u));
        for i in 0..n {
            let (hs, cs) = (i * units..(i + 1) * units, i * memory..(i + 1) * memory);
            if part.mask.as_ref().is_some_and(|mask| !mask[t * n + i]) {
                h[hs.clone()].copy_from_slice(&h_before[hs]);
                c[cs.clone()].copy_from_slice(&c_before[cs]);
                continue;
            }
            C::forward(CellForward {
                a: &mut a[(t * n + i) * columns..][..columns],
                u: &u[(at_u + i) * columns..][..columns],
                before: (&h_before[hs.clone()], &c_before[cs.clone()]),
                h: &mut h[hs],
                c: &mut c[cs],
            });
        }
    }
}

/// A step back, compiled for the widest vectors at hand: the gradients of outputs and memory cells change
/// from those of step `t` to those of the step before.
struct StepBackward<'a, F, C>(
    &'a mut Part<F>,
    usize,
    (&'a mut Array2<F>, &'a mut Array2<F>),
    PhantomData<C>,
);

impl<F: Float, C: Cell> WithSimd for StepBackward<'_, F, C> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self(part, t, (dh, dc), _) = self;
        let (n, units, memory) = (part.n, part.h.ncols(), part.c.ncols());
        let columns = C::GATES * units;
        let (h_before, h) = slice(&part.h)[t * n * units..].split_at(n * units);
        let (c_before, c) = slice(&part.c)[t * n * memory..].split_at(n * memory);
        let (a, u) = (slice_mut(&mut part.a), slice_mut(&mut part.u));
        let (dh, dc) = (slice_mut(dh), slice_mut(dc));
        for i in 0..n {
            let row = (t * n + i) * columns..(t * n + i + 1) * columns;
            let (a, u) = (&mut a[row.clone()], if C::HIDDEN_APART { &mut u[row] } else { &mut [] });
            if part.mask.as_ref().is_some_and(|mask| !mask[t * n + i]) {
                a.fill(F::zero());
                u.fill(F::zero());
                continue;
            }
            let (hs, cs) = (i * units..(i + 1) * units, i * memory..(i + 1) * memory);
            C::backward(CellBackward {
                a,
                u,
                before: (&h_before[hs.clone()], &c_before[cs.clone()]),
                after: (&h[hs.clone()], &c[cs.clone()]),
                dh: &mut dh[hs],
                dc: &mut dc[cs],
            });
        }
    }
}

fn slice<F>(x: &Array2<F>) -> &[F] {
    x.as_slice().expect("numbers in standard order")
}

fn slice_mut<F>(x: &mut Array2<F>) -> &mut [F] {
    x.as_slice_mut().expect("numbers in standard order")
}
