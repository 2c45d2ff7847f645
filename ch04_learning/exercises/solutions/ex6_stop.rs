//! A solution of exercise 6: a descent that knows when to stop.

use ch04_learning::gradient::gradient;
use ndarray::Array1;

/// Where f is flat, and after how many steps; `None` if the walk does not get there.
pub fn descend_until_flat(
    f: impl Fn(&Array1<f64>) -> f64,
    start: Array1<f64>,
    rate: f64,
) -> Option<(Array1<f64>, usize)> {
    let mut x = start;
    for step in 0..=10_000 {
        let slope = gradient(&f, &x);
        if slope.dot(&slope).sqrt() < 1e-6 {
            return Some((x, step));
        }
        x.scaled_add(-rate, &slope);
        if !x.iter().all(|x| x.abs() <= 1e6) {
            return None; // also for NaN, which is not at most anything
        }
    }
    None
}
