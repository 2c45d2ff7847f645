//! The same numbers under another shape, and the product that all networks are made of.

use common::{Error, Result};
use ndarray::{Array, Axis, ShapeError, array, concatenate, stack};

use crate::show;
use crate::show::topic;

/// Prints reshapes, transposes and matrix products.
///
/// # Errors
/// If shapes did not fit; here they all do.
pub fn run() -> Result<()> {
    topic("reshape", reshape).map_err(does_not_fit)?;
    topic("transpose: the axes change places, no number moves", transpose);
    topic("the matrix product", product);
    topic("putting arrays together", together).map_err(does_not_fit)
}

fn does_not_fit(e: ShapeError) -> Error {
    Error::Invalid(e.to_string())
}

// ANCHOR: reshape
fn reshape() -> Result<(), ShapeError> {
    let x = Array::from_iter(0..6);
    show!("A = x.reshape(2, 3)", let a = x.to_shape((2, 3))?);
    show!("A.reshape(-1)", a.flatten());
    show!("A = x.reshape(3, 2)", let a = x.into_shape_with_order((3, 2))?); // x moves into a
    show!("A.reshape(1, 3, 2).shape", a.view().insert_axis(Axis(0)).shape());
    Ok(())
}
// ANCHOR_END: reshape

// ANCHOR: transpose
fn transpose() {
    let a = array![[1, 2, 3], [4, 5, 6]];
    show!("A.T", a.t());
    show!("A.strides", a.strides());
    show!("A.T.strides", a.t().strides());
    let images = Array::from_shape_fn((2, 4, 5, 3), |(n, ..)| n); // N×H×W×C
    show!("X.transpose(0, 3, 1, 2).shape", images.permuted_axes([0, 3, 1, 2]).shape());
}
// ANCHOR_END: transpose

// ANCHOR: product
fn product() {
    let x = array![1.0, 2.0];
    let y = array![3.0, 4.0];
    let a = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]; // 3×2
    let b = array![[5.0, 6.0], [7.0, 8.0]]; // 2×2
    show!("x @ y", x.dot(&y));
    show!("A @ x", a.dot(&x));
    show!("A @ B", a.dot(&b));
    show!("A.T @ A", a.t().dot(&a));
}
// ANCHOR_END: product

// ANCHOR: together
fn together() -> Result<(), ShapeError> {
    let (x, y) = (array![1, 2], array![3, 4]);
    show!("rows = np.stack([x, y])", let rows = stack![Axis(0), x, y]);
    show!("np.concatenate([x, y])", concatenate![Axis(0), x, y]);
    let more = array![[5, 6]];
    show!("np.vstack([rows, more])", concatenate(Axis(0), &[rows.view(), more.view()])?);
    Ok(())
}
// ANCHOR_END: together
