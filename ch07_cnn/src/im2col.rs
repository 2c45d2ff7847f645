//! Convolution as one matrix product for a whole batch: the book's im2col.

use common::Float;
use ndarray::{Array1, Array2, Array4, Array6, ArrayView2, s};

use crate::seven_loops::Filters;

// ANCHOR: im2col
/// Copies what a KH×KW window sees at each of its places into a row of its own:
/// from N×C×H×W to (N·OH·OW)×(C·KH·KW).
pub fn im2col<F: Float>(x: &Array4<F>, filters: &Filters<F>) -> Array2<F> {
    let ((n, channels, h, w), (_, _, kh, kw)) = (x.dim(), filters.w.dim());
    let ((oh, ow), stride, pad) = (filters.output((h, w)), filters.stride, filters.pad);
    let mut padded = Array4::zeros((n, channels, h + 2 * pad, w + 2 * pad));
    padded.slice_mut(s![.., .., pad..pad + h, pad..pad + w]).assign(x);

    let mut columns = Array6::zeros((n, oh, ow, channels, kh, kw));
    for i in 0..kh {
        for j in 0..kw {
            let (last_row, last_column) = (i + stride * (oh - 1), j + stride * (ow - 1));
            let seen = padded.slice(s![.., .., i..=last_row; stride, j..=last_column; stride]);
            columns.slice_mut(s![.., .., .., .., i, j]).assign(&seen.permuted_axes([0, 2, 3, 1]));
        }
    }
    columns.into_shape_with_order((n * oh * ow, channels * kh * kw)).expect("as many numbers")
}
// ANCHOR_END: im2col

// ANCHOR: col2im
/// The way back: adds each number to the pixel it was copied from.
pub fn col2im<F: Float>(
    columns: ArrayView2<'_, F>,
    (n, channels, h, w): (usize, usize, usize, usize),
    filters: &Filters<F>,
) -> Array4<F> {
    let (_, _, kh, kw) = filters.w.dim();
    let ((oh, ow), stride, pad) = (filters.output((h, w)), filters.stride, filters.pad);
    let columns = columns.to_shape((n, oh, ow, channels, kh, kw)).expect("as many numbers");
    let mut padded = Array4::zeros((n, channels, h + 2 * pad, w + 2 * pad));
    for i in 0..kh {
        for j in 0..kw {
            let (last_row, last_column) = (i + stride * (oh - 1), j + stride * (ow - 1));
            let seen = columns.slice(s![.., .., .., .., i, j]).permuted_axes([0, 3, 1, 2]);
            let mut pixels =
                padded.slice_mut(s![.., .., i..=last_row; stride, j..=last_column; stride]);
            pixels += &seen;
        }
    }
    padded.slice(s![.., .., pad..pad + h, pad..pad + w]).to_owned()
}
// ANCHOR_END: col2im

// ANCHOR: forward
/// From images N×C×H×W to maps N×F×OH×OW, and the columns, which `backward` will need.
pub fn forward<F: Float>(x: &Array4<F>, filters: &Filters<F>) -> (Array4<F>, Array2<F>) {
    let ((n, _, h, w), count) = (x.dim(), filters.b.len());
    let (oh, ow) = filters.output((h, w));
    let columns = im2col(x, filters); //                  (N·OH·OW)×(C·KH·KW)
    let y = columns.dot(&rows(filters).t()) + &filters.b; // (N·OH·OW)×F
    let y = y.to_shape((n, oh, ow, count)).expect("as many numbers");
    (y.permuted_axes([0, 3, 1, 2]).as_standard_layout().into_owned(), columns)
}
// ANCHOR_END: forward

// ANCHOR: backward
/// ∂L/∂x, ∂L/∂W and ∂L/∂b: an affine layer's three products, between im2col and its way back.
pub fn backward<F: Float>(
    columns: &Array2<F>,
    shape: (usize, usize, usize, usize),
    filters: &Filters<F>,
    dy: &Array4<F>,
) -> (Array4<F>, Array4<F>, Array1<F>) {
    let count = filters.b.len();
    let dy = dy.view().permuted_axes([0, 2, 3, 1]);
    let dy = dy.to_shape((columns.nrows(), count)).expect("as many numbers"); // (N·OH·OW)×F
    let db = dy.sum_axis(ndarray::Axis(0));
    let dw = dy.t().dot(columns); // F×(C·KH·KW)
    let dw = dw.to_shape(filters.w.raw_dim()).expect("as many weights").into_owned();
    let dcolumns = dy.dot(&rows(filters));
    (col2im(dcolumns.view(), shape, filters), dw, db)
}
// ANCHOR_END: backward

/// Each filter as a row: F×(C·KH·KW).
fn rows<F: Float>(filters: &Filters<F>) -> ArrayView2<'_, F> {
    let (count, size) = (filters.b.len(), filters.w.len() / filters.b.len().max(1));
    filters.w.view().into_shape_with_order((count, size)).expect("filters lie in order")
}
