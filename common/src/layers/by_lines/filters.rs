//! Filters in the order in which lines are multiplied by them, and their gradients out of it.

use std::array::from_fn;

use super::Shape;
use crate::Float;
use crate::layers::lines::{FILTERS, SHIFTS};
use crate::layers::winograd::{FILTER, IN, TAPS};

/// Filters F×C×KH×KW, [`FILTERS`] of them side by side; for the way back, channels and filters
/// change places. Where filters are missing in the last block, the last one stands in for them.
pub(super) fn pack<F: Float>(shape: &Shape, w: &[F], forward: bool, packed: &mut Vec<F>) {
    let Shape { channels, filters, window: (height, width), .. } = *shape;
    let (outputs, inputs) = if forward { (filters, channels) } else { (channels, filters) };
    let kernel = |output: usize, input: usize| {
        let (f, c) = if forward { (output, input) } else { (input, output) };
        &w[(f * channels + c) * height * width..][..height * width]
    };
    let position = outputs.next_multiple_of(FILTERS) * inputs * shape.taps();
    packed.resize(shape.positions() * position, F::zero());
    let factors = FILTER.map(|row| row.map(F::of));
    let mut at = 0;
    for first in (0..outputs).step_by(FILTERS) {
        for input in 0..inputs {
            let kernels: [_; FILTERS] = from_fn(|i| kernel((first + i).min(outputs - 1), input));
            for k in 0..shape.taps() {
                if shape.minimal {
                    let column = from_fn(|r| kernels.map(|kernel| kernel[r * width + k]));
                    for (p, sums) in times(&factors, &column).into_iter().enumerate() {
                        packed[p * position + at..][..FILTERS].copy_from_slice(&sums);
                    }
                } else {
                    packed[at..][..FILTERS].copy_from_slice(&kernels.map(|kernel| kernel[k]));
                }
                at += FILTERS;
            }
        }
    }
}

impl Shape {
    /// Weights of a filter, as many as `dot_products` works on at once.
    #[inline(always)]
    pub(super) fn padded_taps(&self) -> usize {
        (self.channels * self.taps()).next_multiple_of(SHIFTS)
    }

    /// How many gradients [`Backward`](super::Backward) finds, without those of the biases.
    #[inline(always)]
    pub fn gradients(&self) -> usize {
        self.positions() * self.filters.next_multiple_of(FILTERS) * self.padded_taps()
    }

    /// The gradient of filter `f`, C×KH×KW, and of its bias, from what was found for each part of
    /// the batch, added up in order.
    pub fn add_up<F: Float>(&self, parts: &[F], f: usize, dw: &mut [F]) -> F {
        let (height, width) = self.window;
        let (taps, row) = (self.taps(), self.padded_taps());
        let position = self.gradients() / self.positions();
        let parts = parts.chunks_exact(self.gradients() + self.filters);
        let mut sum = vec![F::zero(); self.positions() * row];
        let mut db = F::zero();
        for part in parts {
            for (p, sum) in sum.chunks_exact_mut(row).enumerate() {
                let found = &part[p * position + f * row..][..row];
                sum.iter_mut().zip(found).for_each(|(sum, &d)| *sum += d);
            }
            db += part[self.gradients() + f];
        }
        if !self.minimal {
            dw.copy_from_slice(&sum[..dw.len()]);
            return db;
        }
        let factors: [[F; IN]; TAPS] = from_fn(|r| FILTER.map(|row| F::of(row[r])));
        for (c, dw) in dw.chunks_exact_mut(height * width).enumerate() {
            let found: [[F; TAPS]; IN] = from_fn(|p| from_fn(|k| sum[p * row + c * taps + k]));
            dw.copy_from_slice(times(&factors, &found).as_flattened());
        }
        db
    }
}

/// A small matrix times columns that lie side by side.
#[inline(always)]
fn times<F: Float, const R: usize, const C: usize, const N: usize>(
    factors: &[[F; C]; R],
    x: &[[F; N]; C],
) -> [[F; N]; R] {
    factors.map(|factors| {
        let mut sums = [F::zero(); N];
        for (factor, x) in factors.into_iter().zip(x) {
            sums.iter_mut().zip(x).for_each(|(sum, &x)| *sum += factor * x);
        }
        sums
    })
}
