//! Winograd's minimal filtering, F(4, 3): four sums of three products each for six
//! multiplications instead of twelve (Winograd, 1980; for convolutions, Lavin and Gray, 2016).
//!
//! For six numbers d of a column of the image, and the three weights g of a filter's column,
//! y = Aᵀ[(G·g) ⊙ (Bᵀ·d)] are the four sums that a convolution would give. Ours works on columns
//! only: along the rows, the products ⊙ are convolutions with three taps.

use pulp::Simd;

use crate::Float;

/// Rows that a tile of the output has.
pub(super) const OUT: usize = 4;
/// Rows of the image that these need, and products that they cost.
pub(super) const IN: usize = 6;
/// Rows of a filter.
pub(super) const TAPS: usize = 3;

// ANCHOR: matrices
/// Bᵀ: what becomes of a column of the image.
pub(super) const INPUT: [[f64; IN]; IN] = [
    [4., 0., -5., 0., 1., 0.],
    [0., -4., -4., 1., 1., 0.],
    [0., 4., -4., -1., 1., 0.],
    [0., -2., -1., 2., 1., 0.],
    [0., 2., -1., -2., 1., 0.],
    [0., 4., 0., -5., 0., 1.],
];

/// G: what becomes of a column of a filter.
pub(super) const FILTER: [[f64; TAPS]; IN] = [
    [1. / 4., 0., 0.],
    [-1. / 6., -1. / 6., -1. / 6.],
    [-1. / 6., 1. / 6., -1. / 6.],
    [1. / 24., 1. / 12., 1. / 6.],
    [1. / 24., -1. / 12., 1. / 6.],
    [0., 0., 1.],
];

/// Aᵀ: from the six products to the four sums.
pub(super) const OUTPUT: [[f64; IN]; OUT] = [
    [1., 1., 1., 1., 1., 0.],
    [0., 1., -1., 2., -2., 0.],
    [0., 1., 1., 4., 4., 0.],
    [0., 1., -1., 8., -8., 1.],
];
// ANCHOR_END: matrices

/// B and A, for the gradients, which go back the same ways.
pub(super) const INPUT_BACK: [[f64; IN]; IN] = transposed(INPUT);
pub(super) const OUTPUT_BACK: [[f64; OUT]; IN] = transposed(OUTPUT);

/// The rows of a matrix as its columns.
const fn transposed<const R: usize, const C: usize>(matrix: [[f64; C]; R]) -> [[f64; R]; C] {
    let mut result = [[0.; R]; C];
    let mut i = 0;
    while i < R * C {
        result[i % C][i / C] = matrix[i / C][i % C];
        i += 1;
    }
    result
}

/// A matrix times a column of vectors; the matrix is known when this is compiled, so that zeros
/// and ones cost nothing.
#[inline(always)]
pub(super) fn product<F: Float, S: Simd, const R: usize, const C: usize>(
    simd: S,
    matrix: &[[f64; C]; R],
    x: &[F::Lanes<S>; C],
) -> [F::Lanes<S>; R] {
    let mut y = [F::splat(simd, F::zero()); R];
    for r in 0..R {
        for c in 0..C {
            if matrix[r][c] != 0. {
                y[r] = F::multiply_add(simd, F::splat(simd, F::of(matrix[r][c])), x[c], y[r]);
            }
        }
    }
    y
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_sums_of_three_products_for_six_multiplications() {
        let (d, g) = ([1., -2., 3., 5., -8., 13.], [2., -3., 0.5]);
        let apply = |row: &[f64], x: &[f64]| row.iter().zip(x).map(|(a, x)| a * x).sum::<f64>();
        let products: Vec<f64> =
            INPUT.iter().zip(&FILTER).map(|(b, f)| apply(b, &d) * apply(f, &g)).collect();
        for (k, row) in OUTPUT.iter().enumerate() {
            let direct = apply(&d[k..k + TAPS], &g);
            assert!((apply(row, &products) - direct).abs() < 1e-12, "sum {k}");
        }
    }
}
