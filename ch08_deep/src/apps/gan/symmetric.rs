//! Eigenvalues of symmetric matrices, and their square root.

use ndarray::{Array1, Array2};

/// More rounds than any matrix of this size has been seen to need; eight are usual.
const ROUNDS: usize = 60;

// ANCHOR: eigen
/// Eigenvalues λ and eigenvectors (the columns of V) of a symmetric matrix A = V·diag(λ)·Vᵀ, by Jacobi's
/// method of 1846: turn two axes so that the entry between them becomes 0, and go on with the next
/// two until all entries beside the diagonal are.
pub fn eigen(mut a: Array2<f64>) -> (Array1<f64>, Array2<f64>) {
    let n = a.nrows();
    let mut v = Array2::eye(n);
    let size = a.iter().map(|x| x * x).sum::<f64>();
    for _ in 0..ROUNDS {
        let beside = a.indexed_iter().filter(|((p, q), _)| p != q).map(|(_, x)| x * x);
        if beside.sum::<f64>() <= 1e-24 * size {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                if a[[p, q]] != 0.0 {
                    turn(&mut a, &mut v, (p, q));
                }
            }
        }
    }
    (a.diag().to_owned(), v)
}

/// Turns axes `p` and `q` by the angle that makes a\[p, q\] zero.
fn turn(a: &mut Array2<f64>, v: &mut Array2<f64>, (p, q): (usize, usize)) {
    let theta = (a[[q, q]] - a[[p, p]]) / (2.0 * a[[p, q]]);
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0)); // the tangent of the smaller angle
    let cos = 1.0 / t.hypot(1.0);
    let sin = t * cos;
    for k in 0..a.nrows() {
        let (kp, kq) = (a[[k, p]], a[[k, q]]);
        (a[[k, p]], a[[k, q]]) = (cos * kp - sin * kq, sin * kp + cos * kq);
        let (kp, kq) = (v[[k, p]], v[[k, q]]);
        (v[[k, p]], v[[k, q]]) = (cos * kp - sin * kq, sin * kp + cos * kq);
    }
    for k in 0..a.nrows() {
        let (pk, qk) = (a[[p, k]], a[[q, k]]);
        (a[[p, k]], a[[q, k]]) = (cos * pk - sin * qk, sin * pk + cos * qk);
    }
}
// ANCHOR_END: eigen

/// The symmetric matrix R with R·R = A, for a symmetric A without eigenvalues below 0 (but for
/// rounding: they count as 0).
pub fn square_root(a: Array2<f64>) -> Array2<f64> {
    let (values, v) = eigen(a);
    (&v * &values.mapv(|x| x.max(0.0).sqrt())).dot(&v.t())
}
