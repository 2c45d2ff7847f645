//! Elements, slices and conditions; which of them borrow and which copy.
//!
//! A view borrows its array. While it lives, the array cannot change behind its back, and this does
//! not compile:
#![doc = concat!("```compile_fail,E0502\n", include_str!("../refused/borrowed.rs"), "```")]

use ndarray::{Array1, Axis, Zip, array, s};

use crate::show;
use crate::show::topic;

/// Prints elements, slices, views and what conditions pick.
pub fn run() {
    topic("picking by index", indices);
    topic("picking by slice", slices);
    topic("a view borrows, a copy owns", views);
    topic("picking by condition", conditions);
    topic("visiting every row, every element", visits);
}

// ANCHOR: indices
fn indices() {
    let a = array![[51, 55], [14, 19], [0, 4]];
    show!("A[0]", a.row(0));
    show!("A[0, 1]", a[[0, 1]]);
    show!("A[-1]", a.row(a.nrows() - 1));
    show!("A[[0, 2]]", a.select(Axis(0), &[0, 2]));
    show!("flat = A.flatten()", let flat = a.flatten());
    show!("flat[[0, 2, 4]]", flat.select(Axis(0), &[0, 2, 4]));
}
// ANCHOR_END: indices

// ANCHOR: slices
fn slices() {
    let a = array![[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]];
    show!("A[1:, :2]", a.slice(s![1.., ..2]));
    show!("A[:, 1]", a.slice(s![.., 1]));
    show!("A[:, 1:2]", a.slice(s![.., 1..2]));
    show!("A[::2, ::-1]", a.slice(s![..;2, ..;-1]));
    show!("A[-1, -2:]", a.slice(s![-1, -2..]));
}
// ANCHOR_END: slices

// ANCHOR: views
fn views() {
    let mut x = array![1, 2, 3, 4, 5, 6];
    show!("copy = x[:2].copy()", let copy = x.slice(s![..2]).to_owned());
    show!("head = x[:2]", let mut head = x.slice_mut(s![..2]));
    head.fill(100); // the last use of the view: from here on x is free again
    show!("head[:] = 100; x", x);
    show!("copy", copy);
    let (left, mut right) = x.view_mut().split_at(Axis(0), 3);
    show!("x[3:] += x[:3]; x[3:]", right += &left => right);
    show!("x", x);
}
// ANCHOR_END: views

// ANCHOR: conditions
fn conditions() {
    let x = array![51, 55, 14, 19, 0, 4];
    show!("x > 15", x.mapv(|v| v > 15));
    show!("x[x > 15]", x.iter().copied().filter(|&v| v > 15).collect::<Array1<_>>());
    show!("(x > 15).sum()", x.iter().filter(|&&v| v > 15).count());
    show!("np.where(x > 15, x, 0)", x.mapv(|v| if v > 15 { v } else { 0 }));
    let mut y = x.clone();
    show!("y[y > 50] = 50; y", y.mapv_inplace(|v| v.min(50)) => y);
}
// ANCHOR_END: conditions

// ANCHOR: visits
fn visits() {
    let a = array![[51, 55], [14, 19], [0, 4]];
    show!("[row.sum() for row in A]", a.outer_iter().map(|row| row.sum()).collect::<Vec<_>>());
    show!("np.unravel_index(A.argmax(), A.shape)", a.indexed_iter().max_by_key(|&(_, &v)| v));
    let (x, y) = (array![1.0, 2.0, 3.0], array![3.0, 2.0, 1.0]);
    show!("np.maximum(x, y)", Zip::from(&x).and(&y).map_collect(|&x, &y| f64::max(x, y)));
}
// ANCHOR_END: visits
