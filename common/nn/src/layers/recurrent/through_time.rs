//! Forward through all steps of some sequences, and back through all of them.
//!
//! Sequences know nothing of each other, so a batch is cut into parts, and each thread takes a part from
//! its first step to its last. In a part numbers lie step by step: what belongs together at one step is
//! one block, and what all steps do alike is one product of matrices.

use std::iter::zip;
use std::marker::PhantomData;
use std::ops::Range;

use ndarray::{Array2, Array3, ArrayView2, ArrayView3, ArrayViewMut3, Axis, s};
use rayon::prelude::*;

use super::State;
use super::cell::Cell;
use super::step::{StepBackward, StepForward};
use crate::Float;
use crate::kernels::matmul::Factor;
use crate::kernels::panels::Panels;
use crate::kernels::simd::dispatch;

/// Sequences of a part at least: with fewer, each thread reads all of Wh for too little.
const SMALLEST_PART: usize = 16;
/// Parts of a batch at most: more than threads of a common machine would only be smaller.
const MOST_PARTS: usize = 10;

/// What all parts read in the forward pass.
pub(super) struct Weights<'a, F: Float> {
    pub wx: Panels<F>,
    pub wh: Panels<F>,
    pub b: &'a [F],
    pub bh: &'a [F],
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
    pub n: usize,
    pub steps: usize,
    pub x: Array2<F>,
    /// The gates; after the backward pass ∂loss/∂sums.
    pub a: Array2<F>,
    /// h₋₁·Wh, where it is kept apart; after the backward pass its gradient.
    pub u: Array2<F>,
    pub h: Array2<F>,
    pub c: Array2<F>,
    pub mask: Option<Vec<bool>>,
}

impl<F: Float> Drop for Part<F> {
    fn drop(&mut self) {
        for x in [&mut self.x, &mut self.a, &mut self.u, &mut self.h, &mut self.c] {
            F::recycle(std::mem::take(x).into_raw_vec_and_offset().0);
        }
    }
}

impl<F: Float> Part<F> {
    /// All parts of a batch, forward; the outputs N×T×H are put into `y`.
    pub(super) fn forward<C: Cell>(
        weights: &Weights<'_, F>,
        x: ArrayView3<'_, F>,
        state: &State<F>,
        mask: Option<ArrayView2<'_, bool>>,
        mut y: ArrayViewMut3<'_, F>,
    ) -> Vec<Self> {
        let n = x.len_of(Axis(0));
        let size = n.div_ceil(MOST_PARTS).max(SMALLEST_PART);
        let of_part = |(part, y): (usize, ArrayViewMut3<'_, F>)| {
            let rows = part * size..n.min((part + 1) * size);
            let x = x.slice(s![rows.clone(), .., ..]);
            let mask = mask.map(|mask| mask.slice_move(s![rows.clone(), ..]));
            let start = (state.h.slice(s![rows.clone(), ..]), state.c.slice(s![rows, ..]));
            let part = Self::one_forward::<C>(weights, x, start, mask);
            part.spread(slice(&part.h).split_at(start.0.len()).1, y);
            part
        };
        let places = y.axis_chunks_iter_mut(Axis(0), size).into_par_iter();
        places.enumerate().map(of_part).collect()
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
            weights.wx.affine(Factor::Rows(rows(&part.x, t, n)), weights.b, a);
            let h = Factor::Rows(rows(&part.h, t, n));
            match C::HIDDEN_APART {
                true => weights.wh.affine(h, weights.bh, rows_mut(&mut part.u, t, n)),
                false => weights.wh.add_product(h, a),
            }
            dispatch(StepForward::<F, C>(&mut part, t, PhantomData));
        }
        part
    }
    // ANCHOR_END: forward

    /// The state after the last step of all parts in place of `end`.
    pub(super) fn end(parts: &[Self], mut end: State<F>) -> State<F> {
        let mut first = 0;
        for part in parts {
            let (of_part, last) = (s![first..first + part.n, ..], s![part.steps * part.n.., ..]);
            end.h.slice_mut(of_part).assign(&part.h.slice(last));
            end.c.slice_mut(of_part).assign(&part.c.slice(last));
            first += part.n;
        }
        end
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

pub(super) fn slice<F>(x: &Array2<F>) -> &[F] {
    x.as_slice().expect("numbers in standard order")
}

pub(super) fn slice_mut<F>(x: &mut Array2<F>) -> &mut [F] {
    x.as_slice_mut().expect("numbers in standard order")
}
