//! Forward through all steps of some sequences, and back through all of them.
//!
//! Sequences know nothing of each other, so a batch is cut into parts, and each thread takes a part from
//! its first step to its last. In a part numbers lie step by step: what belongs together at one step is
//! one block, and what all steps do alike is one product of matrices.

use std::iter::zip;
use std::marker::PhantomData;
use std::ops::Range;

use ndarray::{Array1, Array2, Array3, ArrayView2, ArrayView3, ArrayViewMut3, Axis, s};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::State;
use super::cell::{Cell, CellBackward, CellForward};
use crate::Float;
use crate::kernels::matmul::Factor;
use crate::kernels::panels::{self, Panels, add_transposed_panels};
use crate::kernels::simd::dispatch;

/// Sequences of a part at least: with fewer, each thread reads all of Wh for too little.
const SMALLEST_PART: usize = 16;
/// Parts of a batch at most: more than threads of a common machine would only be smaller.
const MOST_PARTS: usize = 10;
/// Panels of the weights' gradients that are one thread's work.
const PANELS: usize = 4;

/// What all parts read in the forward pass.
pub(super) struct Weights<'a, F: Float> {
    pub wx: Panels<F>,
    pub wh: Panels<F>,
    pub b: &'a Array1<F>,
    pub bh: &'a Array1<F>,
}

/// What all parts read in the backward pass: the weights transposed.
pub(super) struct Transposed<F: Float> {
    /// None where nobody asks for ∂loss/∂inputs.
    pub wx: Option<Panels<F>>,
    pub wh: Panels<F>,
}

/// What is kept of some sequences. Row `t·n + i` of each array belongs to sequence `i` at step `t`; `h` and
/// `c` begin with the state before the first step.
pub(super) struct Part<F: Float> {
    n: usize,
    steps: usize,
    x: Array2<F>,
    /// The gates.
    a: Array2<F>,
    /// h₋₁·Wh, where it is kept apart.
    u: Array2<F>,
    h: Array2<F>,
    c: Array2<F>,
    mask: Option<Vec<bool>>,
}

impl<F: Float> Drop for Part<F> {
    fn drop(&mut self) {
        for x in [&mut self.x, &mut self.a, &mut self.u, &mut self.h, &mut self.c] {
            F::recycle(std::mem::take(x).into_raw_vec_and_offset().0);
        }
    }
}

impl<F: Float> Part<F> {
    pub(super) fn sequences(&self) -> usize {
        self.n
    }

    pub(super) fn steps(&self) -> usize {
        self.steps
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
        let (units, columns) = (start.0.ncols(), weights.b.len());
        let mut part = Self {
            n,
            steps,
            x: by_steps(x),
            a: blank(steps * n, columns),
            u: blank(steps * n, weights.bh.len()),
            h: blank((steps + 1) * n, units),
            c: blank((steps + 1) * n, start.1.ncols()),
            mask: mask.map(|mask| mask.t().iter().copied().collect()),
        };
        part.h.slice_mut(s![..n, ..]).assign(&start.0);
        part.c.slice_mut(s![..n, ..]).assign(&start.1);
        for t in 0..steps {
            let a = rows_mut(&mut part.a, t, n);
            fill_rows(a, weights.b);
            weights.wx.add_product(Factor::Rows(rows(&part.x, t, n)), a);
            let h = Factor::Rows(rows(&part.h, t, n));
            if C::HIDDEN_APART {
                let u = rows_mut(&mut part.u, t, n);
                fill_rows(u, weights.bh);
                weights.wh.add_product(h, u);
            } else {
                weights.wh.add_product(h, a);
            }
            dispatch(StepForward::<F, C>(&mut part, t, PhantomData));
        }
        part
    }
    // ANCHOR_END: forward

    /// The outputs N×T×H of all parts, and the state after the last step in place of `end`.
    pub(super) fn outputs(
        parts: &[Self],
        steps: usize,
        mut end: State<F>,
    ) -> (Array3<F>, State<F>) {
        let (n, units) = end.h.dim();
        let mut y = blank_3((n, steps, units));
        let mut first = 0;
        for part in parts {
            let of_part = s![first..first + part.n, ..];
            part.spread(slice(&part.h).split_at(part.n * units).1, {
                y.slice_mut(s![first..first + part.n, .., ..])
            });
            let last = s![steps * part.n.., ..];
            end.h.slice_mut(of_part).assign(&part.h.slice(last));
            end.c.slice_mut(of_part).assign(&part.c.slice(last));
            first += part.n;
        }
        (y, end)
    }

    /// Numbers that lie step by step as sequences; zeros where there is nothing to read.
    fn spread(&self, from: &[F], mut to: ArrayViewMut3<'_, F>) {
        let numbers = to.len_of(Axis(2));
        for (i, mut sequence) in to.outer_iter_mut().enumerate() {
            for (t, mut step) in sequence.outer_iter_mut().enumerate() {
                let step = step.as_slice_mut().expect("numbers in standard order");
                match self.reads(t, i) {
                    true => step.copy_from_slice(&from[(t * self.n + i) * numbers..][..numbers]),
                    false => step.fill(F::zero()),
                }
            }
        }
    }

    /// Whether sequence `i` has something to read at step `t`.
    fn reads(&self, t: usize, i: usize) -> bool {
        self.mask.as_ref().is_none_or(|mask| mask[t * self.n + i])
    }

    /// All parts, back: ∂loss/∂sums take the place of the gates. ∂loss/∂inputs is put into `dx`; what
    /// comes out is ∂loss/∂(the state it began with), part by part.
    pub(super) fn backward<C: Cell>(
        parts: &mut [Self],
        weights: &Transposed<F>,
        dy: ArrayView3<'_, F>,
        end: &State<F>,
        dx: ArrayViewMut3<'_, F>,
    ) -> Vec<State<F>> {
        let (mut first, mut rest, mut places) = (0, dx, Vec::new());
        for part in &*parts {
            let (dx, others) = rest.split_at(Axis(0), part.n);
            places.push((first..first + part.n, dx));
            (first, rest) = (first + part.n, others);
        }
        let of_part = |(part, (rows, dx)): (&mut Self, (Range<usize>, _))| {
            let dy = dy.slice(s![rows.clone(), .., ..]);
            let end = State {
                h: end.h.slice(s![rows.clone(), ..]).to_owned(),
                c: end.c.slice(s![rows, ..]).to_owned(),
            };
            part.one_backward::<C>(weights, dy, end, dx)
        };
        parts.par_iter_mut().zip(places).map(of_part).collect()
    }

    // ANCHOR: backward
    fn one_backward<C: Cell>(
        &mut self,
        weights: &Transposed<F>,
        dy: ArrayView3<'_, F>,
        State { h: mut dh, c: mut dc }: State<F>,
        dx: ArrayViewMut3<'_, F>,
    ) -> State<F> {
        let (n, units) = (self.n, dh.ncols());
        let dy = dy.to_slice().expect("sequences in standard order");
        for t in (0..self.steps).rev() {
            for (i, dh) in slice_mut(&mut dh).chunks_exact_mut(units).enumerate() {
                if self.reads(t, i) {
                    let dy = &dy[(i * self.steps + t) * units..][..units];
                    zip(dh, dy).for_each(|(dh, &dy)| *dh += dy);
                }
            }
            dispatch(StepBackward::<F, C>(self, t, (&mut dh, &mut dc), PhantomData));
            let du = if C::HIDDEN_APART { &self.u } else { &self.a };
            weights.wh.add_product(Factor::Rows(rows(du, t, n)), slice_mut(&mut dh));
        }
        if let Some(wx) = &weights.wx {
            let mut by_steps = blank(self.steps * n, dx.len_of(Axis(2)));
            by_steps.fill(F::zero());
            wx.add_product(Factor::Rows(slice(&self.a)), slice_mut(&mut by_steps));
            self.spread(slice(&by_steps), dx);
            F::recycle(by_steps.into_raw_vec_and_offset().0);
        }
        State { h: dh, c: dc }
    }
    // ANCHOR_END: backward

    // ANCHOR: weights
    /// The gradients of Wx and Wh, which all steps add up to once ∂loss/∂sums are known: the parts one after
    /// the other, so that every number is one sum, whoever computes it.
    pub(super) fn weight_gradients<C: Cell>(
        parts: &[Self],
        dwx: &mut Array2<F>,
        dwh: &mut Array2<F>,
    ) {
        let (columns, width) = (dwx.ncols(), panels::width::<F>());
        let [inputs, units] = [dwx.nrows(), dwh.nrows()];
        let of_panels = |j: usize| {
            let mut sums = F::blank(PANELS * (inputs + units) * width);
            sums.fill(F::zero());
            for part in parts {
                let (a, u) = ((slice(&part.a), columns), (slice(&part.u), columns));
                let (x, h) = ((slice(&part.x), inputs), (slice(&part.h), units));
                if C::HIDDEN_APART {
                    let (of_x, of_h) = sums.split_at_mut(PANELS * inputs * width);
                    add_transposed_panels(&[x], a, j, of_x);
                    add_transposed_panels(&[h], u, j, of_h);
                } else {
                    add_transposed_panels(&[x, h], a, j, &mut sums);
                }
            }
            (j, sums)
        };
        let found: Vec<_> =
            (0..columns).into_par_iter().step_by(PANELS * width).map(of_panels).collect();
        for (first, sums) in found {
            // Row r of panel p: all of x and then all of h, or each panel with its x and its h.
            let place = |p: usize, r: usize| match (C::HIDDEN_APART, r < inputs) {
                (false, _) => p * (inputs + units) + r,
                (true, true) => p * inputs + r,
                (true, false) => (PANELS - 1) * inputs + p * units + r,
            };
            let rows = slice_mut(dwx).chunks_exact_mut(columns);
            let rows = rows.chain(slice_mut(dwh).chunks_exact_mut(columns));
            for (r, row) in rows.enumerate() {
                for (p, row) in row[first..].chunks_mut(width).take(PANELS).enumerate() {
                    row.copy_from_slice(&sums[place(p, r) * width..][..row.len()]);
                }
            }
            F::recycle(sums);
        }
    }
    // ANCHOR_END: weights

    /// The gradients of both biases.
    pub(super) fn bias_gradients(parts: &[Self], db: &mut Array1<F>, dbh: &mut Array1<F>) {
        db.fill(F::zero());
        dbh.fill(F::zero());
        for part in parts {
            *db += &part.a.sum_axis(Axis(0));
            *dbh += &part.u.sum_axis(Axis(0));
        }
    }
}

/// Sequences N×T×D step by step: rows t·N + i.
fn by_steps<F: Float>(x: ArrayView3<'_, F>) -> Array2<F> {
    let (n, steps, numbers) = x.dim();
    let mut rows = blank(steps * n, numbers);
    let x = x.to_slice().expect("sequences in standard order");
    let to = slice_mut(&mut rows);
    for (k, step) in x.chunks_exact(numbers.max(1)).enumerate() {
        let (i, t) = (k / steps, k % steps);
        to[(t * n + i) * numbers..][..numbers].copy_from_slice(step);
    }
    rows
}

/// A step forward, compiled for the widest vectors at hand.
struct StepForward<'a, F: Float, C>(&'a mut Part<F>, usize, PhantomData<C>);

impl<F: Float, C: Cell> WithSimd for StepForward<'_, F, C> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self(part, t, _) = self;
        let (n, units, memory) = (part.n, part.h.ncols(), part.c.ncols());
        let (columns, apart) = (part.a.ncols(), part.u.ncols());
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
                u: &u[(t * n + i) * apart..][..apart],
                before: (&h_before[hs.clone()], &c_before[cs.clone()]),
                h: &mut h[hs],
                c: &mut c[cs],
            });
        }
    }
}

/// A step back, compiled for the widest vectors at hand: the gradients of outputs and memory cells change
/// from those of step `t` to those of the step before.
struct StepBackward<'a, F: Float, C>(
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
        let (columns, apart) = (part.a.ncols(), part.u.ncols());
        let (h_before, h) = slice(&part.h)[t * n * units..].split_at(n * units);
        let (c_before, c) = slice(&part.c)[t * n * memory..].split_at(n * memory);
        let (a, u) = (slice_mut(&mut part.a), slice_mut(&mut part.u));
        let (dh, dc) = (slice_mut(dh), slice_mut(dc));
        for i in 0..n {
            let a = &mut a[(t * n + i) * columns..][..columns];
            let u = &mut u[(t * n + i) * apart..][..apart];
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

/// Rows in which any numbers may stand, from memory that the thread has to spare.
fn blank<F: Float>(rows: usize, columns: usize) -> Array2<F> {
    let numbers = F::blank(rows * columns);
    Array2::from_shape_vec((rows, columns), numbers).expect("as many numbers as the shape has")
}

/// The same with three axes.
pub(super) fn blank_3<F: Float>(shape: (usize, usize, usize)) -> Array3<F> {
    let numbers = F::blank(shape.0 * shape.1 * shape.2);
    Array3::from_shape_vec(shape, numbers).expect("as many numbers as the shape has")
}

/// The numbers of step `t`.
fn rows<F>(x: &Array2<F>, t: usize, n: usize) -> &[F] {
    &slice(x)[t * n * x.ncols()..][..n * x.ncols()]
}

fn rows_mut<F>(x: &mut Array2<F>, t: usize, n: usize) -> &mut [F] {
    let columns = x.ncols();
    &mut slice_mut(x)[t * n * columns..][..n * columns]
}

/// Each row becomes the bias.
fn fill_rows<F: Float>(rows: &mut [F], bias: &Array1<F>) {
    let bias = bias.as_slice().expect("numbers in standard order");
    rows.chunks_exact_mut(bias.len()).for_each(|row| row.copy_from_slice(bias));
}

fn slice<F>(x: &Array2<F>) -> &[F] {
    x.as_slice().expect("numbers in standard order")
}

fn slice_mut<F>(x: &mut Array2<F>) -> &mut [F] {
    x.as_slice_mut().expect("numbers in standard order")
}
