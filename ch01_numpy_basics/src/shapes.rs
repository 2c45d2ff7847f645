//! Shape and type belong to every array; broadcasting stretches what fits and refuses what does not.
//!
//! The number of axes and the type of the elements are checked before the program runs. This does
//! not compile, because the elements are of two types:
#![doc = concat!("```compile_fail,E0277\n", include_str!("../refused/mixed_arrays.rs"), "```")]
//!
//! Nor does this, because a matrix has two axes:
#![doc = concat!("```compile_fail,E0308\n", include_str!("../refused/axes.rs"), "```")]

use std::any::type_name_of_val;

use ndarray::{Array2, Axis, Zip, array, s};

use crate::show::topic;
use crate::{show, show_panic};

/// Prints shapes and types, what broadcasting does, and what it refuses.
pub fn run() {
    topic("shape and type", shape_and_type);
    topic("broadcasting: an axis of length 1, or a missing one, is repeated", broadcasting);
    topic("what does not fit, and says so in its result", refusals);
    topic("what does not fit, and stops the program", panics);
}

// ANCHOR: shape
fn shape_and_type() {
    let a = array![[1, 2], [3, 4], [5, 6]];
    show!("A.shape", a.shape());
    show!("rows, columns = A.shape", a.dim());
    show!("A.ndim", a.ndim());
    show!("A.size", a.len());
    show!("A.dtype", type_name_of_val(&a[[0, 0]]));
    show!("A.astype(np.float64) / 2", a.mapv(f64::from) / 2.0);
}
// ANCHOR_END: shape

// ANCHOR: broadcasting
fn broadcasting() {
    let a = array![[1, 2], [3, 4]];
    let b = array![10, 20];
    show!("A * 10", &a * 10);
    show!("A * b", &a * &b);
    let column = b.view().insert_axis(Axis(1));
    show!("b[:, np.newaxis].shape", column.shape());
    show!("A * b[:, np.newaxis]", &a * &column);
    show!("b[:, np.newaxis] + b", &column + &b);
    show!("np.broadcast_to(b, (3, 2)).shape", b.broadcast((3, 2)).map(|v| v.dim()));
}
// ANCHOR_END: broadcasting

// ANCHOR: refusals
fn refusals() {
    let b = array![10, 20];
    show!("np.broadcast_to(b, (2, 3))", b.broadcast((2, 3)));
    show!("np.array(six).reshape(2, 4)", Array2::from_shape_vec((2, 4), vec![0; 6]));
    show!("A.reshape(2, 4)", Array2::<f64>::zeros((2, 3)).into_shape_with_order((2, 4)));
    show!("b[2]", b.get(2));
}
// ANCHOR_END: refusals

// ANCHOR: panics
fn panics() {
    let a = Array2::<f64>::ones((2, 3));
    let b = array![10.0, 20.0];
    let mut c = Array2::<f64>::zeros((2, 2));
    show_panic!("A + b", &a + &b);
    show_panic!("C += A", c += &a);
    show_panic!("A @ A", a.dot(&a));
    show_panic!("A[2, 0]", a[[2, 0]]);
    show_panic!("b[1:9]", b.slice(s![1..9]));
    show_panic!("—", Zip::from(&mut c).and(&a).for_each(|c, &a| *c += a));
}
// ANCHOR_END: panics
