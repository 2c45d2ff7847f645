//! One step of some sequences, between the products of matrices: what a cell does with its sums.

use std::hint::black_box;
use std::marker::PhantomData;

use ndarray::Array2;
use pulp::{Simd, WithSimd};

use super::cell::{Cell, CellBackward, CellForward};
use super::through_time::{Part, slice, slice_mut};
use crate::Float;

/// A step forward, compiled for the widest vectors at hand.
pub(super) struct StepForward<'a, F: Float, C>(pub &'a mut Part<F>, pub usize, pub PhantomData<C>);

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
pub(super) struct StepBackward<'a, F: Float, C>(
    pub &'a mut Part<F>,
    pub usize,
    pub (&'a mut Array2<F>, &'a mut Array2<F>),
    pub PhantomData<C>,
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
            // The compiler would else ask once, for the rows of all sequences, whether two gates may
            // overlap. Over all rows they do, so it would choose the loop without vectors.
            let first = black_box((t * n + i) * columns);
            let a = &mut a[first..][..columns];
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
