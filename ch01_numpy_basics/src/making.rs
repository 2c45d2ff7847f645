//! Arrays come into being, and arithmetic works on all their elements at once.

use ndarray::{Array, Array1, Array2, Axis, array};

use crate::show;
use crate::show::topic;

/// Prints ways to make arrays, and what arithmetic does with them.
pub fn run() {
    topic("making arrays", making);
    topic("arithmetic, element by element", arithmetic);
    topic("functions of every element, and of all elements", functions);
}

// ANCHOR: making
fn making() {
    show!("np.array([1.0, 2.0, 3.0])", array![1.0, 2.0, 3.0]);
    show!("np.array([[1, 2], [3, 4]])", array![[1, 2], [3, 4]]);
    show!("np.zeros((2, 3))", Array2::<f64>::zeros((2, 3)));
    show!("np.full(3, 7)", Array1::from_elem(3, 7));
    show!("np.eye(2)", Array2::<f64>::eye(2));
    show!("np.arange(0, 1, 0.25)", Array::range(0.0, 1.0, 0.25));
    show!("np.linspace(0, 1, 5)", Array::linspace(0.0, 1.0, 5));
    show!("np.fromfunction(f, (2, 3))", Array2::from_shape_fn((2, 3), |(i, j)| 10 * i + j));
}
// ANCHOR_END: making

// ANCHOR: arithmetic
fn arithmetic() {
    let x = array![1.0, 2.0, 3.0];
    let y = array![2.0, 4.0, 6.0];
    show!("x + y", &x + &y);
    show!("x - y", &x - &y);
    show!("x * y", &x * &y);
    show!("x / y", &x / &y);
    show!("x / 2", &x / 2.0);
    show!("2 * x", 2.0 * &x);
    let mut z = y.clone();
    show!("z += x; z", z += &x => z);
    show!("x + y", x + y); // consumes both, and answers in x's memory
}
// ANCHOR_END: arithmetic

// ANCHOR: functions
fn functions() {
    let x = array![1.0_f64, 4.0, 9.0];
    show!("np.sqrt(x)", x.sqrt());
    show!("x ** 2", x.powi(2));
    show!("np.array([f(v) for v in x])", x.mapv(|v| 1.0 / (1.0 + v)));
    show!("x.sum()", x.sum());
    show!("x.mean()", x.mean());
    show!("x.max()", x.iter().copied().fold(f64::NEG_INFINITY, f64::max));
    let a = array![[1, 2, 3], [4, 5, 6]];
    show!("A.sum(axis=0)", a.sum_axis(Axis(0)));
    show!("A.sum(axis=1)", a.sum_axis(Axis(1)));
}
// ANCHOR_END: functions
